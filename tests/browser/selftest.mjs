// Holds the checks to their word: a small site whose every page has one defect, and what must be
// said of it; pages without a defect must be passed over. Usage: node selftest.mjs

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startBrowser } from "./browser.mjs";
import { check, line } from "./check.mjs";

const STYLE = `
  @media screen { body { color: #222; background: #fff; margin: 0; font: 16px/1.6 sans-serif; overflow-wrap: break-word } }
  @media screen and (prefers-color-scheme: dark) { body { color: #eee; background: #111 } a { color: #9cf } }
  .skip { position: absolute; left: 1rem; top: -10rem } .skip:focus { top: .5rem }
  nav a { display: inline-block; min-height: 28px } li { min-height: 28px }
  :focus-visible { outline: 3px solid #b3380d } main:focus { outline: none }
  .faint { color: #bbb } .still :focus-visible, .tile:focus-visible { outline: none } .shown:focus-visible { outline: none } .shown:focus-visible rect { stroke: red }
  @media (prefers-color-scheme: dark) { .dim { color: #333 } }
  .wide { width: 1500px } .narrow { width: 340px } .close li { min-height: 0; line-height: 1 } .close a { font-size: 10px }
  .gone:focus { top: -10rem }
`;

/** What the body of a page may be made wrong with, and what is then said of the page. */
const DEFECTS = {
  faint: ['<p class="faint">words</p>', /axe color-contrast \(light/],
  dim: ['<p class="dim">words</p>', /axe color-contrast \(dark/],
  picture: ['<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">', /axe image-alt/],
  close: ['<ul class="close"><li><a href="index.html">one thing</a></li><li><a href="wide.html">two things</a></li></ul>', /axe target-size/],
  away: ['<img alt="a picture" src="https://shumar.invalid/picture.png">', /asks for https:\/\/shumar\.invalid/],
  beyond: ['<img alt="a picture" src="../../outside.png">', /which is not of the site/],
  missing: ['<a href="nothing.html">words</a>', /leads to `en\/nothing\.html`, which is not there/],
  fragment: ['<a href="index.html#nothing">words</a>', /leads to `#nothing`/],
  own: ['<a href="#nothing">words</a>', /leads to `#nothing`/],
  out: ['<a href="../../outside.html">words</a>', /leads out of the site/],
  scheme: ['<a href="javascript:alert(1)">words</a>', /has the scheme `javascript:`/],
  wide: ['<div class="wide">words</div>', /scrolls sideways/],
  narrow: ['<div class="narrow">words</div>', /scrolls sideways/],
  order: ['<a href="index.html">one</a> <a tabindex="1" href="index.html">two</a>', /before what stands above it|no way past/],
  unreached: ['<a href="index.html">one</a> <button inert>two</button>', /the keyboard does not reach it/],
  still: ['<p class="still"><a href="index.html">words</a></p>', /does not show that it has the focus/],
  twice: ['<p id="a">words</p><p id="a">words</p>', /is there twice/],
  script: ['<p onclick="alert(1)">words</p>', /something that acts/],
  frame: ['<iframe title="a frame" srcdoc="words"></iframe>', /something that acts/],
  plain: ['<svg viewBox="0 0 1 1"><path d="M0 0h1"/></svg>', /neither an image nor hidden/],
  group: ['<svg role="group" aria-label="A drawing with words" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>', /neither an image nor hidden/],
  tile: ['<svg role="group" aria-label="A drawing with words" viewBox="0 0 9 9" width="90" height="90"><a class="tile" aria-label="a tile" href="index.html"><rect width="9" height="9"/></a></svg>', /does not show that it has the focus/],
  nameless: ['<svg role="img" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>', /no text alternative/],
  large: [`<p>${"words ".repeat(11_000)}</p>`, /more than 60000/],
  laden: ['<link rel="stylesheet" href="../large.css"><p>words</p>', /bytes besides, more than 24000/],
  font: ['<style>@font-face { font-family: F; src: url("nothing.woff2") } p { font-family: F }</style><p>words</p>', /could not be loaded/],
};

/** What the frame of a page may be made wrong with. */
const FRAMES = {
  untitled: [{ title: "" }, /has no title/],
  tongue: [{ lang: "ur" }, /says that its language is `ur`/],
  direction: [{ dir: "rtl" }, /it runs rtl/],
  unskipped: [{ skip: "" }, /no way past the navigation/],
  unseen: [{ skip: '<a class="skip gone" href="#content">Skip to the content</a>' }, /can't be seen when it has the focus/],
  misled: [{ skip: '<a class="skip" href="#top">Skip to the content</a>' }, /no way past the navigation/],
  switched: [{ twin: "index.html" }, /the switch of languages leads to/],
};

const SKIP = '<a class="skip" href="#content">Skip to the content</a>';

function page(language, name, body, frame = {}) {
  const other = language === "en" ? "ur" : "en";
  const { title = "A page", lang = language, dir = language === "ur" ? "rtl" : "ltr", skip = SKIP, twin = name } = frame;
  const titled = title === "" ? "" : `<title>${title}</title>`;
  return `<!DOCTYPE html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">${titled}
    <link rel="icon" href="data:,"><link rel="stylesheet" href="../style.css"></head><body>${skip}
    <header id="top"><nav aria-label="Languages"><a hreflang="${other}" href="../${other}/${twin}">${other}</a></nav></header>
    <main id="content" tabindex="-1"><h1>A page</h1>${body}
    <ul><li><a href="index.html">First page</a></li></ul></main></body></html>`;
}

const folder = mkdtempSync(join(tmpdir(), "shumar-browser-"));
const write = (name, text) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const names = [...Object.keys(DEFECTS), ...Object.keys(FRAMES)];
const list = names.map((name) => `<li><a href="${name}.html">${name}</a></li>`).join("");
write("style.css", STYLE);
write("large.css", "p { margin: 0 } ".repeat(2_000));
write("index.html", `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Languages</title>
  <meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="style.css"></head>
  <body><main><h1>Languages</h1><ul><li><a href="en/index.html">English</a></li><li><a href="ur/index.html" lang="ur">اردو</a></li></ul></main></body></html>`);
for (const language of ["en", "ur"]) {
  const drawings = `<svg role="group" aria-label="A drawing with words" viewBox="0 0 9 9" width="90" height="90"><a class="shown" aria-label="a tile" href="index.html"><rect width="9" height="9"/></a></svg>
    <svg role="img" aria-label="A drawing with words" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>
    <p>Words <svg aria-hidden="true" viewBox="0 0 1 1"><path d="M0 0h1"/></svg></p><details><summary>More</summary><p>Words</p></details>`;
  write(`${language}/index.html`, page(language, "index.html", `${drawings}<ul>${list}</ul>`));
  for (const [name, [body]] of Object.entries(DEFECTS)) write(`${language}/${name}.html`, page(language, `${name}.html`, language === "en" ? body : ""));
  for (const [name, [frame]] of Object.entries(FRAMES)) write(`${language}/${name}.html`, page(language, `${name}.html`, "", language === "en" ? frame : {}));
}
write("en/orphan.html", page("en", "orphan.html", ""));
write("ur/orphan.html", page("ur", "orphan.html", ""));

const expected = new Map([...Object.entries({ ...DEFECTS, ...FRAMES }).map(([name, [, rule]]) => [`en/${name}.html`, rule]), ["en/orphan.html", /no page links to it/], ["ur/orphan.html", /no page links to it/]]);
const browser = await startBrowser();
let wrong = 0;
try {
  const { problems } = await check(folder, undefined, browser);
  for (const [name, rule] of expected) {
    if (problems.some((p) => p.page === name && rule.test(p.rule))) continue;
    wrong += 1;
    console.log(`${name}: ${rule} was not said`);
  }
  for (const problem of problems.filter((p) => !expected.has(p.page))) {
    wrong += 1;
    console.log(`of a page without a defect: ${line(problem)}`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
console.log(`${expected.size - wrong} of ${expected.size} seeded defects of pages are seen${wrong ? `; ${wrong} wrong` : ", and nothing else"}`);
process.exitCode = wrong === 0 ? 0 : 1;
