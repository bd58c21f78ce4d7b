// Tests the site of the specification in a browser: every link leads somewhere, every clause has its own address, and the
// search finds every clause.
//
// `cargo xtask pages` builds the site, runs these tests and sets two variables: BOOK is the site's folder, and PAGES is a
// folder for pictures of it.

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
const pages = readdirSync(book, { recursive: true }).filter((name) => name.endsWith(".html") && !/(^|\/)(404|README|toc)\.html$/.test(name));
const pairs = ["compare/1-2.html", "compare/1-3.html", "compare/2-3.html"];
const pictured = ["v1.html", "v2.html", "v3.html", "v4.html"];

let browser;
before(async () => {
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
});
after(() => browser?.close());

/** Opens a page from the disk, without a network. The test fails if the page reports an error on the console. */
async function open(t, address, viewport = { width: 1280, height: 900 }, colorScheme = "light") {
  const context = await browser.newContext({ viewport, colorScheme });
  await context.setOffline(true);
  // The page for printing opens the print dialogue of the browser, which would block the test.
  await context.addInitScript(() => (window.print = () => {}));
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
  for (const page of ["index", "implementing", "all-versions", "v1", "v2", "v3", "v4", "errors", "print", "compare/index"]) assert.ok(pages.includes(`${page}.html`), page);
  for (const pair of pairs) assert.ok(pages.includes(pair), pair);
});

test("every link within the site leads to a file and, in it, to what it names", async (t) => {
  const page = await open(t, "index.html");
  const ids = new Map();
  const links = [];
  for (const name of pages) {
    await page.goto(pathToFileURL(join(book, name)).href);
    ids.set(name, new Set(await page.$$eval("[id]", (all) => all.map((one) => one.id))));
    const found = await page.$$eval("a[href], link[href], script[src], img[src]", (all) =>
      // In SVG, the `href` of a link is an object, and its `baseVal` is the address.
      all.map((one) => (one.href?.baseVal === undefined ? one.href || one.src : new URL(one.href.baseVal, one.baseURI).href)),
    );
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

test("every clause is a link to itself on its page", async (t) => {
  const page = await open(t, "v1.html");
  const found = [];
  for (const name of ["v1", "v2", "v3", "v4", "pack"]) {
    await page.goto(pathToFileURL(join(book, `${name}.html`)).href);
    found.push(...(await page.$$eval(".clause > h5 a", (all) => all.map((one) => one.getAttribute("href").slice(1)))));
  }
  assert.deepEqual(found.sort(), [...clauses].sort());
});

test("every error class has an address", async (t) => {
  const page = await open(t, "errors.html");
  const ids = await page.$$eval("main h4", (all) => all.map((one) => [one.id, one.textContent.trim()]));
  assert.ok(ids.length >= 20);
  for (const [id, name] of ids) assert.equal(id, name);
});

test("the address of a clause shows the clause, and marks it", async (t) => {
  const page = await open(t, "v1.html#v1-import-type");
  await page.waitForFunction(() => {
    const { top, bottom } = document.getElementById("v1-import-type").getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });
  const [marked, other] = await page.$$eval("#v1-import-type, #v1-export-type", (all) => all.map((one) => getComputedStyle(one.parentElement).backgroundColor));
  assert.notEqual(marked, other);
});

/** Types a text into the search of the first page, with the keyboard only. Returns the addresses of the results. */
async function search(t, text, colorScheme) {
  const page = await open(t, "index.html", undefined, colorScheme);
  await page.keyboard.press("s");
  await page.keyboard.type(text);
  await page.waitForSelector("#mdbook-searchresults li a");
  await page.screenshot({ path: join(pictures, `site-search-${colorScheme ?? "light"}.png`) });
  return page.$$eval("#mdbook-searchresults li a", (all) => all.map((one) => new URL(one.href)).map((url) => url.pathname.split("/").pop() + url.hash));
}

test("the search has an entry for each clause", async (t) => {
  const results = await search(t, "duplicate-local-name");
  for (const version of ["v1", "v2", "v3"]) assert.ok(results.includes(`${version}.html#${version}-duplicate-local-name`), results.join("\n"));
  assert.ok(!results.some((address) => /^\d-\d/.test(address)), results.join("\n"));
  assert.ok((await search(t, "v2-gap", "dark")).includes("v2.html#v2-gap"));
});

test("the search has every clause and no bytes of examples", () => {
  const index = readFileSync(join(book, readdirSync(book).find((name) => name.startsWith("searchindex"))), "utf8");
  for (const clause of clauses) assert.ok(index.includes(`#${clause}"`), clause);
  assert.ok(!index.includes("00 00 00 00"));
});

test("tables and examples of bytes are on the page", async (t) => {
  const page = await open(t, "v1.html");
  assert.ok((await page.$$("main table")).length >= 3);
  assert.ok((await page.$$("main pre")).length >= 3);
  const clipped = await page.$$eval(".table-wrapper", (all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
  assert.equal(clipped, 0);
  await page.screenshot({ path: join(pictures, "site-wide.png") });
  await page.locator("table:has(th:nth-child(5))").first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(pictures, "site-table.png") });
});

test("the picture of each version has a box for each field, which leads to a clause", async (t) => {
  const page = await open(t, "v1.html", undefined, "dark");
  for (const name of pictured) {
    await page.goto(pathToFileURL(join(book, name)).href);
    const targets = await page.$$eval("svg.layout a", (all) => all.map((one) => one.getAttribute("href").split("#")[1]));
    const fields = await page.$$eval("main table tbody tr", (all) => all.filter((row) => row.children.length === 5).length);
    assert.equal(targets.length, fields, name);
    for (const target of targets) assert.ok(clauses.includes(target), target);
  }
  await page.locator("svg.layout").scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(pictures, "site-layout-dark.png") });
});

test("two versions are side by side, and the clauses that differ are marked", async (t) => {
  for (const scheme of ["light", "dark"]) {
    const page = await open(t, "compare/1-2.html#end", undefined, scheme);
    const shown = (selector) => page.$$eval(selector, (all) => all.filter((one) => one.checkVisibility()).map((one) => one.id));
    assert.deepEqual(await shown(".row.changed"), ["first-error", "bytecode-bounds", "end"]);
    assert.ok((await shown(".row.same.requirement")).includes("u32"));
    const [left, right] = await page.$$eval("#end .side", (all) => all.map((one) => one.getBoundingClientRect()));
    assert.ok(left.right <= right.left && left.top === right.top);
    await page.screenshot({ path: join(pictures, `site-compare-${scheme}.png`) });
    await page.check(".only-changes input");
    assert.deepEqual(await shown(".row.same"), []);
    assert.deepEqual(await shown(".row.changed"), ["first-error", "bytecode-bounds", "end"]);
  }
});

test("one page has all versions, each clause once, and can be printed", async (t) => {
  const page = await open(t, "print.html");
  const found = await page.$$eval(".clause > h5", (all) => all.map((one) => one.id));
  assert.deepEqual(found.sort(), [...clauses].sort());
  assert.equal(await page.locator(".versions").count(), 0);
  const printed = await page.pdf({ path: join(pictures, "site-print.pdf"), format: "A4" });
  assert.ok(printed.length > 100_000);
});

test("on a phone nothing but tables, pictures and examples is wider than the screen", async (t) => {
  for (const [address, picture] of [["v1.html#v1-layout", "site-phone"], ["errors.html", "site-phone-errors"], ["compare/1-2.html#first-error", "site-phone-compare"]]) {
    const page = await open(t, address, { width: 360, height: 740 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), address);
    await page.screenshot({ path: join(pictures, `${picture}.png`) });
  }
  const page = await open(t, "errors.html", { width: 360, height: 740 });
  const wide = await page.$$eval("main table, main pre", (all) => all.filter((one) => one.scrollWidth > innerWidth).length);
  assert.equal(wide, 0);
});
