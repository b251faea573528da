// Holds every page, style sheet and drawing of a site against the Nu Html Checker, which knows the
// standards' grammar. Usage: node html.mjs SITE, or node html.mjs --selftest

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { filesBelow } from "./site.mjs";

const JAR = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
/** What the checker does not know although it is in a standard. */
const UNKNOWN = [
  // SVG 2, 8.13: it is a property of style sheets too.
  /“vector-effect”: Property “vector-effect” doesn't exist/,
];

/** The errors of a folder, and how many files were looked at. */
function errors(root) {
  const kinds = /\.(html|css|svg)$/;
  const looked = filesBelow(root).filter((f) => kinds.test(f)).length;
  const run = spawnSync(
    "java",
    ["-Xss4m", "-jar", JAR, "--errors-only", "--skip-non-html", "--also-check-css", "--also-check-svg", "--format", "json", root],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  );
  if (run.error) throw run.error;
  const said = run.stderr.trim() === "" ? [] : JSON.parse(run.stderr).messages;
  const found = said.filter((m) => !UNKNOWN.some((u) => u.test(m.message)));
  if (run.status !== 0 && said.length === 0) throw new Error(`the checker ended with ${run.status}`);
  return { looked, found };
}

function line({ url, lastLine, message, extract }) {
  return `${url}:${lastLine}: ${message}\n    ${(extract ?? "").replace(/\s+/g, " ")}`;
}

/** Seeded mistakes of each kind must be told, and a right page must not. */
function selftest() {
  const folder = mkdtempSync(join(tmpdir(), "shumar-html-"));
  const page = (body) => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body>${body}</body></html>`;
  const files = {
    "right.html": page("<p>words</p>"),
    "nested.html": page("<p><ul><li>words</li></ul></p>"),
    "role.html": page('<p role="nothing">words</p>'),
    "attribute.html": page('<table><tr><td colspan="two">words</td></tr></table>'),
    "style.css": "p { colour: red }",
    "drawing.svg": '<svg xmlns="http://www.w3.org/2000/svg"><nothing/></svg>',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  try {
    const { found } = errors(folder);
    const told = new Set(found.map((m) => m.url.split("/").pop()));
    const wrong = Object.keys(files).filter((name) => told.has(name) === (name === "right.html"));
    console.log(wrong.length === 0 ? `${Object.keys(files).length - 1} seeded mistakes of markup are seen` : `not judged rightly: ${wrong.join(", ")}`);
    return wrong.length === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function look(root) {
  const started = Date.now();
  const { looked, found } = errors(root);
  for (const message of found.slice(0, 20)) console.log(line(message));
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`the Nu Html Checker looks at ${looked} pages, style sheets and drawings in ${seconds} s: ${found.length} errors`);
  return looked > 1 && found.length === 0;
}

const [argument] = process.argv.slice(2);
if (!argument) throw new Error("name the site's folder");
process.exitCode = (argument === "--selftest" ? selftest() : look(resolve(argument))) ? 0 : 1;
