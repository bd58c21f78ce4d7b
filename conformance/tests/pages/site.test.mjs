// The specification as a site, in a browser: every link leads somewhere, every clause has an address of its own, the search finds it.
//
// `cargo xtask pages` builds the site, runs this and sets what it needs: BOOK, the site's folder; PAGES, a folder for pictures of it.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const book = resolve(process.env.BOOK ?? join(root, "target/book"));
const pictures = resolve(process.env.PAGES ?? join(root, "target/pages"));
const clauses = readFileSync(join(root, "spec/clauses.txt"), "utf8").trim().split("\n");
const pages = readdirSync(book).filter((name) => name.endsWith(".html") && !["404.html", "README.html", "toc.html"].includes(name));

let browser;
before(async () => {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
});
after(() => browser?.close());

/** Opens a page from the disk, cut off from any network, and fails if it complains. */
async function open(t, address, viewport = { width: 1280, height: 900 }) {
  const context = await browser.newContext({ viewport });
  await context.setOffline(true);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(pathToFileURL(join(book, "index.html")).href.replace("index.html", address));
  return page;
}

test("every page has its file, and the list of contents leads to all of them", () => {
  for (const page of ["index", "implementing", "all-versions", "v1", "v2", "v3", "errors"]) assert.ok(pages.includes(`${page}.html`), page);
});

test("every link within the site leads to a file and, in it, to what it names", async (t) => {
  const page = await open(t, "index.html");
  const ids = new Map();
  const links = [];
  for (const name of pages) {
    await page.goto(pathToFileURL(join(book, name)).href);
    ids.set(name, new Set(await page.$$eval("[id]", (all) => all.map((one) => one.id))));
    const found = await page.$$eval("a[href], link[href], script[src], img[src]", (all) => all.map((one) => one.href || one.src));
    links.push(...found.map((href) => [name, href]));
  }
  const broken = links.filter(([, href]) => {
    const url = new URL(href);
    if (url.protocol !== "file:") return false;
    const file = fileURLToPath(url.origin === "null" ? `file://${url.pathname}` : url);
    const id = decodeURIComponent(url.hash.slice(1));
    return !existsSync(file) || (id !== "" && !(ids.get(file.slice(book.length + 1))?.has(id) ?? true));
  });
  assert.ok(links.length > 500, `only ${links.length} links`);
  assert.deepEqual(broken, []);
});

test("every clause is a link to itself on the page of its version", async (t) => {
  const page = await open(t, "v1.html");
  const found = [];
  for (const version of ["v1", "v2", "v3"]) {
    await page.goto(pathToFileURL(join(book, `${version}.html`)).href);
    found.push(...(await page.$$eval("a.clause", (all) => all.map((one) => one.getAttribute("href").slice(1)))));
  }
  assert.deepEqual(found.sort(), [...clauses].sort());
});

test("the address of a clause shows the clause, and marks it", async (t) => {
  const page = await open(t, "v1.html#v1-import-type");
  await page.waitForFunction(() => {
    const { top, bottom } = document.getElementById("v1-import-type").getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });
  const marked = await page.$eval("p:has(> a:target)", (paragraph) => getComputedStyle(paragraph).outlineStyle);
  assert.equal(marked, "solid");
});

test("the search finds a clause by its name, by keys alone", async (t) => {
  const page = await open(t, "index.html");
  await page.keyboard.press("s");
  await page.keyboard.type("v1-duplicate-local-name");
  await page.waitForSelector("#mdbook-searchresults li a, #searchresults li a");
  const results = await page.$$eval("#mdbook-searchresults li a, #searchresults li a", (all) => all.map((one) => one.getAttribute("href")));
  assert.ok(results.some((href) => href.includes("v1.html")), results.join("\n"));
});

test("tables and examples of bytes are on the page", async (t) => {
  const page = await open(t, "v1.html");
  assert.ok((await page.$$("main table")).length >= 3);
  assert.ok((await page.$$("main pre")).length >= 3);
  await page.screenshot({ path: join(pictures, "site-wide.png") });
});

test("on a phone nothing but tables and examples is wider than the screen", async (t) => {
  const page = await open(t, "v1.html#v1-layout", { width: 360, height: 740 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.screenshot({ path: join(pictures, "site-phone.png") });
});
