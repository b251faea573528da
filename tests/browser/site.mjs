// The site as it lies on the disk: its pages and files, where a link leads, and whether it leads
// anywhere. Knows nothing of a browser.

import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";

/** Every file below a folder, by its path with forward strokes, sorted. */
export function filesBelow(root) {
  const found = [];
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    found.push(relative(root, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"));
  }
  return found.sort();
}

/** The pages of a site and the address below which they stand. */
export class Site {
  constructor(root, address = pathToFileURL(root + sep).href) {
    this.root = root;
    this.address = address;
    this.files = new Set(filesBelow(root));
    this.pages = [...this.files].filter((f) => f.endsWith(".html"));
  }

  /** The same site under another address, such as that of a server. */
  at(address) {
    return Object.assign(Object.create(Site.prototype), this, { address });
  }

  /** The address of a page. */
  url(page) {
    return this.address + page.split("/").map(encodeURIComponent).join("/");
  }

  /** The file that an address leads to, or nothing if it leads out of the site. */
  file(url) {
    const plain = new URL(url);
    plain.hash = "";
    plain.search = "";
    if (!plain.href.startsWith(this.address)) return undefined;
    const path = decodeURIComponent(plain.href.slice(this.address.length));
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  }

  /** Size of a file in bytes; 0 for one that is not there. */
  bytes(file) {
    return this.files.has(file) ? statSync(join(this.root, file)).size : 0;
  }
}

/** What is wrong with the links of all pages together: `looked` has, by page, its links and ids. */
export function brokenLinks(site, looked) {
  const problems = [];
  const onward = new Map();
  let links = 0;
  for (const [page, { hrefs, ids }] of looked) {
    onward.set(page, new Set());
    for (const { href, element } of hrefs) {
      links += 1;
      const { file, flaw, fragment } = follow(site, href);
      if (flaw) problems.push({ page, rule: flaw, element });
      if (!file) continue;
      onward.get(page).add(file);
      const there = file === page ? ids : looked.get(file)?.ids;
      if (fragment && there && !there.has(fragment)) {
        problems.push({ page, rule: `the link leads to \`#${fragment}\` of \`${file}\`, which is not there`, element });
      }
    }
  }
  for (const page of unreached(site, onward)) problems.push({ page, rule: "no page links to it", element: "" });
  return { problems, links };
}

/** Where a link leads: a file of the site, elsewhere (nothing to say), or nowhere. */
function follow(site, href) {
  let url;
  try {
    url = new URL(href);
  } catch {
    return { flaw: `the link \`${href}\` is no address` };
  }
  const ours = href.startsWith(site.address);
  if (!ours && ["https:", "http:", "mailto:", "tel:", "data:"].includes(url.protocol)) return {};
  if (!ours && url.protocol !== "file:") return { flaw: `the link has the scheme \`${url.protocol}\`` };
  const file = site.file(href);
  if (file === undefined) return { flaw: `the link leads out of the site: ${href}` };
  if (!site.files.has(file)) return { flaw: `the link leads to \`${file}\`, which is not there` };
  return { file, fragment: decodeURIComponent(url.hash.slice(1)) };
}

/** Pages that nobody comes to who begins at the site's first page. */
function unreached(site, onward) {
  const seen = new Set(["index.html"]);
  for (const page of seen) for (const next of onward.get(page) ?? []) seen.add(next);
  return site.pages.filter((page) => !seen.has(page));
}
