// What runs inside a page. Each function stands for itself: it is sent to the browser as text.

/** Opens everything that can be opened, so that it is looked at too. */
export function openAll() {
  for (const details of document.querySelectorAll("details")) details.open = true;
}

/** The address, title, language, links, ids and drawings of the page. */
export function facts() {
  const name = (e) => {
    const html = e.outerHTML.replace(/\s+/g, " ");
    return html.length > 120 ? `${html.slice(0, 120)}…` : html;
  };
  const hrefs = [];
  for (const e of document.querySelectorAll("a[href], area[href], link[href]")) {
    const href = e instanceof SVGElement ? new URL(e.getAttribute("href"), document.baseURI).href : e.href;
    hrefs.push({ href, element: name(e) });
  }
  for (const e of document.querySelectorAll("[src], object[data]")) {
    hrefs.push({ href: e.src ?? e.data, element: name(e) });
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const texts = (list) => list.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "");
  const drawings = [...document.querySelectorAll("svg")].filter((svg) => !svg.ownerSVGElement).map((svg) => {
    const hidden = svg.closest('[aria-hidden="true"]') !== null;
    const labelled = svg.getAttribute("aria-labelledby");
    const title = svg.querySelector(":scope > title")?.textContent ?? "";
    const label = svg.getAttribute("aria-label") ?? (labelled ? texts(labelled).join(" ") : title);
    const beside = svg.closest("figure, tr, li, dd, section, main")?.textContent.trim() ?? "";
    const role = svg.getAttribute("role");
    // A drawing whose parts are links is no image but a group of them.
    const said = role === "img" || ["group", "graphics-document"].includes(role) && svg.querySelector("a[href]") !== null;
    return { hidden, said, label: label.trim(), beside: beside !== "", element: name(svg) };
  });
  const others = [...document.querySelectorAll("nav a[hreflang], main a[hreflang]")];
  const scripts = [...document.querySelectorAll("script, iframe, object, embed, form")].map(name);
  const handlers = [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => /^on/i.test(a.name)));
  return {
    title: document.title,
    lang: document.documentElement.lang,
    dir: getComputedStyle(document.documentElement).direction,
    hrefs, ids, twice, drawings,
    switches: others.map((e) => ({ tag: e.hreflang, href: e.href })),
    active: scripts.concat(handlers.map(name)),
    fonts: [...document.fonts].filter((f) => f.status === "error").map((f) => `${f.family} ${f.weight}`),
  };
}

/** Elements that make the page scroll sideways; nothing when it does not. */
export function wide() {
  const root = document.scrollingElement;
  const over = root.scrollWidth - root.clientWidth;
  if (over <= 0) return [];
  const name = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const clipped = (e) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
      if (getComputedStyle(p).overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > root.clientWidth + 0.5 || box.left < -0.5) && !clipped(e);
  });
  const inner = out.filter((e) => !out.some((other) => other !== e && e.contains(other)));
  return [`by ${over} pixels: ${inner.slice(0, 3).map(name).join(" | ") || "the page"}`];
}

/** Runs axe with the rules given; the page is not asked for anything else. */
export async function axeRun({ tags, rules }) {
  const only = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
  const result = await axe.run(document, {
    runOnly: only, preload: false, resultTypes: ["violations"], reporter: "v2",
  });
  return {
    violations: result.violations.map((v) => ({
      rule: v.id, help: v.help,
      nodes: v.nodes.map((n) => ({ element: n.html.replace(/\s+/g, " ").slice(0, 160), target: n.target.join(" "), why: n.failureSummary })),
    })),
    unsure: result.incomplete.map((v) => ({ rule: v.id, nodes: v.nodes.length })),
    passed: result.passes.length,
  };
}

/** Begins to note every element that the keyboard reaches, and how it shows. */
export function watchFocus() {
  // A link in a drawing is shown by its shapes, so those are looked at with it.
  const look = (e) => [e, ...(e instanceof SVGElement ? e.querySelectorAll("*") : [])].slice(0, 6).map((part) => {
    const { outlineStyle, outlineWidth, boxShadow, stroke, strokeWidth } = getComputedStyle(part);
    const ring = outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    return { ring: ring ? outlineWidth : "", boxShadow, stroke: part instanceof SVGElement ? `${stroke} ${strokeWidth}` : "" };
  });
  const focusable = (e) => {
    if (e.matches("[tabindex]") && e.tabIndex < 0) return false;
    return !e.matches(":disabled") && e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false });
  };
  const wanted = [...document.querySelectorAll(
    "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable], audio[controls], video[controls]",
  )].filter(focusable);
  const before = new Map(wanted.map((e) => [e, look(e)]));
  window.__focus = { wanted, reached: [] };
  document.addEventListener("focusin", (event) => {
    const e = event.target;
    const was = before.get(e);
    const shows = JSON.stringify(look(e)) !== JSON.stringify(was) || was === undefined;
    window.__focus.reached.push({ e, shows });
  }, true);
  return wanted.length;
}

/** What the keyboard reached: in which order, and what was left out or not shown. */
export function tellFocus() {
  const { wanted } = window.__focus;
  // After its last stop the keyboard begins again; that is not looked at.
  const again = window.__focus.reached.findIndex((r, i) => i > 0 && r.e === window.__focus.reached[0].e);
  const reached = again < 0 ? window.__focus.reached : window.__focus.reached.slice(0, again);
  const name = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const problems = [];
  const order = reached.map((r) => r.e);
  for (const e of wanted) {
    if (!order.includes(e)) problems.push({ rule: "the keyboard does not reach it", element: name(e) });
  }
  for (let i = 1; i < order.length; i += 1) {
    const back = order[i - 1].compareDocumentPosition(order[i]) & Node.DOCUMENT_POSITION_PRECEDING;
    if (back) problems.push({ rule: "the keyboard reaches it before what stands above it", element: name(order[i]) });
  }
  for (const { e, shows } of reached) {
    if (!shows) problems.push({ rule: "it does not show that it has the focus", element: name(e) });
  }
  return { problems, reached: reached.length };
}

/** The element that has the focus: whether it is a way past the navigation, and can be seen. */
export function skipLink() {
  const e = document.activeElement;
  const box = e.getBoundingClientRect();
  const to = e.getAttribute?.("href") ?? "";
  const target = to.startsWith("#") ? document.getElementById(to.slice(1)) : null;
  const seen = box.width > 1 && box.height > 1 && box.top >= 0 && box.left >= 0
    && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
  const needed = document.querySelector("nav, header") !== null;
  return { needed, leads: target !== null && target.closest("main") !== null, seen, element: e.outerHTML.slice(0, 120) };
}

/** Whether the focus, or the place from which the keyboard goes on, is inside the main part. */
export function inMain() {
  return document.activeElement?.closest("main") !== null;
}
