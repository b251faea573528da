// Looks at a built site as its readers do. Usage: node check.mjs SITE [PROGRAM HOME]
//
// Of every page, opened from the disk: what it loads, its width at four sizes, axe at the size of a
// phone (WCAG 2.2 AA in light, contrast again in dark), the keyboard through all its links, its
// drawings' texts, its size. Of all pages together: every link and fragment. With the program and
// the site's home: every page once more as `shumar serve` gives it, and every file's media type.

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { startBrowser } from "./browser.mjs";
import { Tab } from "./look.mjs";
import { brokenLinks, Site } from "./site.mjs";

/** Tabs side by side. */
const TABS = 3;
/** A browser that hangs is given up after this long. */
const MINUTES_MAX = 20;

/** Looks at a site. Returns what is wrong, and how much was looked at. */
export async function check(root, address, browser) {
  const site = new Site(root);
  const problems = [];
  const counts = { pages: 0, links: 0, stops: 0, served: 0, unsure: new Map() };
  const looked = new Map();
  await each(browser, site, site.pages, async (tab, page) => {
    const found = await tab.look(page);
    looked.set(page, found);
    problems.push(...found.problems);
    counts.pages += 1;
    counts.stops += found.reached;
    for (const { rule, nodes } of found.unsure) counts.unsure.set(rule, (counts.unsure.get(rule) ?? 0) + nodes);
  });
  const links = brokenLinks(site, looked);
  counts.links = links.links;
  problems.push(...links.problems);
  if (address) {
    const served = site.at(address);
    await each(browser, served, site.pages, async (tab, page) => problems.push(...await tab.glance(page)));
    for (const file of site.files) {
      problems.push(...await fetched(served, file));
      counts.served += 1;
    }
  }
  if (counts.pages === 0) problems.push({ page: root, rule: "there is no page", element: "" });
  problems.sort((a, b) => (a.page < b.page ? -1 : a.page > b.page ? 1 : 0));
  return { problems, counts };
}

/** Does something with every page, in some tabs side by side. */
async function each(browser, site, pages, work) {
  const waiting = [...pages];
  const tabs = Array.from({ length: TABS }, async () => {
    const tab = await Tab.open(browser, site);
    for (let page = waiting.shift(); page !== undefined; page = waiting.shift()) {
      try {
        await work(tab, page);
      } catch (error) {
        throw new Error(`${page}: ${error.message}`, { cause: error });
      }
    }
    await tab.context.close();
  });
  await Promise.all(tabs);
}

/** A file as the server gives it. */
async function fetched(site, file) {
  const answer = await fetch(site.url(file));
  const bytes = (await answer.arrayBuffer()).byteLength;
  const problems = [];
  const tell = (rule) => problems.push({ page: file, rule, element: "" });
  if (answer.status !== 200) tell(`it is served with ${answer.status}`);
  if (bytes !== site.bytes(file)) tell(`${bytes} of ${site.bytes(file)} bytes are served`);
  const media = answer.headers.get("content-type") ?? "nothing";
  if (media === "nothing" || media.startsWith("application/octet-stream")) tell(`it is served as ${media}`);
  return problems;
}

/** Starts `shumar serve` on a free port. Returns its address, and how to end it. */
async function serving(program, home) {
  const child = spawn(program, ["--home", home, "serve", "--port", "0", "--quiet", "--format", "csv"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => child.on("close", done));
  const stop = async () => {
    child.kill("SIGINT");
    if (await ended !== 0) throw new Error("`shumar serve` did not end well");
  };
  const lines = createInterface({ input: child.stdout });
  for await (const text of lines) {
    if (text.startsWith("http://")) return { address: text.split(",")[0], stop };
  }
  throw new Error("`shumar serve` gave no address");
}

/** A line for a person. */
export function line({ page, width, rule, element }) {
  return `${page}${width ? ` at ${width}` : ""}: ${rule}${element ? `\n    ${element}` : ""}`;
}

/** The same problem of many pages is told a few times only. */
export function told(problems, most = 5) {
  const groups = new Map();
  for (const problem of problems) {
    const key = problem.rule.replace(/[\d`].*/, "");
    groups.set(key, [...(groups.get(key) ?? []), problem]);
  }
  return [...groups.values()].flatMap((group) => [
    ...group.slice(0, most).map(line),
    ...(group.length > most ? [`  … and ${group.length - most} more of this`] : []),
  ]);
}

async function main() {
  const [root, program, home] = process.argv.slice(2);
  if (!root) throw new Error("name the site's folder");
  const started = Date.now();
  setTimeout(() => {
    console.log(`given up after ${MINUTES_MAX} minutes`);
    process.exit(1);
  }, MINUTES_MAX * 60_000).unref();
  const browser = await startBrowser();
  const server = program ? await serving(program, home) : undefined;
  try {
    const { problems, counts } = await check(resolve(root), server?.address, browser);
    const seconds = Math.round((Date.now() - started) / 1000);
    const most = process.env.ALL ? Infinity : 5;
    for (const words of told(problems, most)) console.log(words);
    const unsure = [...counts.unsure].map(([rule, nodes]) => `${rule} ${nodes}`).join(", ");
    console.log(
      `Chromium and axe look at ${counts.pages} pages in ${seconds} s: ${counts.links} links, ` +
      `${counts.stops} stops of the keyboard, ${counts.served} files served; ${problems.length} problems` +
      (unsure ? `; axe can't tell: ${unsure}` : ""),
    );
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await server?.stop();
    await browser.close();
  }
}

if (process.argv[1]?.endsWith("check.mjs")) await main();
