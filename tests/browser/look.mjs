// Looks at one page: what it loads, how wide it is, what axe says, where the keyboard goes.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as inside from "./inside.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** WCAG 2.2 at level AA, with all before it. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What can change when only colours change. */
const COLOURS = ["color-contrast", "link-in-text-block"];
/** A small phone (WCAG 1.4.10), a usual one, a tablet, a desk. */
export const WIDTHS = [320, 360, 768, 1440];
/** axe looks at the usual phone, where lines break most. */
const AXE_WIDTH = 360;
/** Bytes of a page, and of all that it loads besides, which browsers keep; fonts are not counted. */
const BYTES_MAX = 60_000;
const BESIDE_MAX = 24_000;
const FONT = /\.(woff2?|ttf|otf)$/;
/** Long enough for a slow machine. */
const PATIENCE = 30_000;

/** A tab of the browser that looks at one page after the other. */
export class Tab {
  static async open(browser, site) {
    const context = await browser.newContext({ viewport: { width: AXE_WIDTH, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const tab = Object.assign(new Tab(), { context, page, site });
    page.on("request", (request) => tab.requests.push(request.url()));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) tab.said.push(message.text());
    });
    page.on("pageerror", (error) => tab.said.push(String(error)));
    page.on("requestfailed", (request) => tab.said.push(`${request.url()} could not be loaded`));
    tab.keys = await context.newCDPSession(page);
    return tab;
  }

  /** Loads a page; what it asks for and says is noted from here on. */
  async load(name) {
    this.name = name;
    this.problems = [];
    this.requests = [];
    this.said = [];
    const answer = await this.page.goto(this.site.url(name), { waitUntil: "load" });
    if (answer && !answer.ok()) this.tell(`it is answered with ${answer.status()}`);
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  tell(rule, element = "", width = "") {
    this.problems.push({ page: this.name, width, rule, element });
  }

  /** What every way of opening the page must hold to. */
  loaded() {
    for (const url of this.requests) {
      if (!url.startsWith(this.site.address) && !url.startsWith("data:")) this.tell(`it asks for ${url}, which is not of the site`);
    }
    for (const words of this.said) this.tell(`the browser complains: ${words}`);
  }

  /** Looks at everything. Returns what the checks of all pages together need. */
  async look(name) {
    await this.load(name);
    await this.page.evaluate(inside.openAll);
    const facts = await this.page.evaluate(inside.facts);
    this.stands(facts);
    for (const width of [...WIDTHS.filter((w) => w !== AXE_WIDTH), AXE_WIDTH]) {
      await this.page.setViewportSize({ width, height: 800 });
      for (const element of await this.page.evaluate(inside.wide)) this.tell("it scrolls sideways", element, width);
    }
    await this.page.evaluate(AXE);
    const unsure = await this.axe({ tags: TAGS }, "light");
    // Colours do not depend on the language: one of each page's languages is enough.
    if (!this.name.startsWith("ur/")) {
      await this.page.emulateMedia({ colorScheme: "dark" });
      await this.axe({ rules: COLOURS }, "dark");
      await this.page.emulateMedia({ colorScheme: "light" });
    }
    const reached = await this.keyboard();
    this.loaded();
    return { hrefs: facts.hrefs, ids: new Set(facts.ids), problems: this.problems, unsure, reached };
  }

  /** Opens the page and looks at nothing but what it loads. */
  async glance(name) {
    await this.load(name);
    this.loaded();
    return this.problems;
  }

  /** What holds at every width. */
  stands(facts) {
    const language = this.name.split("/")[0];
    const inside = this.name.includes("/");
    if (facts.title.trim() === "") this.tell("it has no title");
    if (inside && facts.lang !== language) this.tell(`it says that its language is \`${facts.lang}\`, not \`${language}\``);
    if (inside && facts.dir !== (language === "ur" ? "rtl" : "ltr")) this.tell(`it runs ${facts.dir}`);
    for (const id of facts.twice) this.tell(`the id \`${id}\` is there twice`);
    for (const element of facts.active) this.tell("it has something that acts", element);
    for (const font of facts.fonts) this.tell(`the font ${font} could not be loaded`);
    for (const { hidden, said, label, beside, element } of facts.drawings) {
      if (hidden && !beside) this.tell("a drawing is hidden and no text stands beside it", element);
      if (!hidden && !said) this.tell("a drawing is neither an image nor hidden", element);
      if (!hidden && label.length < 8) this.tell("a drawing has no text alternative", element);
    }
    if (inside) this.switches(facts, language);
    const own = this.site.bytes(this.name);
    const files = new Set(this.requests.map((url) => this.site.file(url)).filter((f) => f && f !== this.name && !FONT.test(f)));
    const beside = [...files].reduce((sum, file) => sum + this.site.bytes(file), 0);
    if (own > BYTES_MAX) this.tell(`it is ${own} bytes, more than ${BYTES_MAX}`);
    if (beside > BESIDE_MAX) this.tell(`it loads ${beside} bytes besides, more than ${BESIDE_MAX}`);
  }

  /** The switch of languages keeps the page. */
  switches({ switches }, language) {
    const others = [...new Set(this.site.pages.filter((p) => p.includes("/")).map((p) => p.split("/")[0]))];
    for (const other of others.filter((o) => o !== language)) {
      const wanted = `${other}/${this.name.split("/").slice(1).join("/")}`;
      const found = switches.filter((s) => s.tag === other).map((s) => this.site.file(s.href));
      if (!found.includes(wanted)) this.tell(`the switch of languages leads to \`${found[0]}\`, not to \`${wanted}\``);
    }
  }

  /** axe's judgement. Returns how often it could not tell. */
  async axe(which, scheme) {
    const { violations, unsure, passed } = await this.page.evaluate(inside.axeRun, which);
    if (passed === 0 && violations.length === 0) this.tell(`axe looked at nothing (${scheme})`);
    for (const { rule, help, nodes } of violations) {
      for (const node of nodes.slice(0, 3)) {
        this.tell(`axe ${rule} (${scheme}; ${nodes.length} places): ${help}`, `${node.target}  ${node.element}`, AXE_WIDTH);
      }
    }
    return unsure;
  }

  /** Tab through the whole page; then the way past the navigation. */
  async keyboard() {
    await this.page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    const count = await this.page.evaluate(inside.watchFocus);
    await this.press("Tab");
    const skip = await this.page.evaluate(inside.skipLink);
    if (skip.needed && !skip.leads) this.tell("the first stop of the keyboard is no way past the navigation", skip.element);
    if (skip.needed && skip.leads && !skip.seen) this.tell("the way past the navigation can't be seen when it has the focus", skip.element);
    for (let i = 1; i < count; i += 1) this.press("Tab");
    await this.press("Tab");
    const { problems, reached } = await this.page.evaluate(inside.tellFocus);
    for (const { rule, element } of problems) this.tell(rule, element, AXE_WIDTH);
    if (skip.needed && skip.leads) await this.skips();
    return reached;
  }

  /** Follows the way past the navigation: the next stop must be in the main part. */
  async skips() {
    await this.page.evaluate(() => document.querySelector('a[href^="#"]').focus());
    await this.press("Enter");
    await this.press("Tab");
    const arrived = await this.page.evaluate(inside.inMain);
    const stops = await this.page.evaluate(() => document.querySelector("main :is(a[href], [tabindex='0'], summary)") !== null);
    if (stops && !arrived) this.tell("the way past the navigation does not lead into the main part");
  }

  async press(key) {
    const code = { Tab: 9, Enter: 13 }[key];
    const event = { key, code: key, windowsVirtualKeyCode: code, nativeVirtualKeyCode: code };
    const down = this.keys.send("Input.dispatchKeyEvent", { type: key === "Enter" ? "keyDown" : "rawKeyDown", text: key === "Enter" ? "\r" : undefined, ...event });
    await Promise.all([down, this.keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...event })]);
  }
}
