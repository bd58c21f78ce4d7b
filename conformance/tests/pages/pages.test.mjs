// Tests the pages of bmes-conformance in a browser: they open from a disk, need no network, and every control works with the
// pointer and with the keyboard.
//
// `cargo xtask pages` runs these tests and sets two variables: BMES_CONFORMANCE is the command, and PAGES is a folder for the
// pages and for pictures of them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const command = process.env.BMES_CONFORMANCE ?? join(root, "target/debug/bmes-conformance");
const folder = resolve(process.env.PAGES ?? join(root, "target/pages"));
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const wide = { width: 1280, height: 900 };
const narrow = { width: 360, height: 740 };

const fixed = ["--timeout", "60", "--seed", "1", "--depth", "quick", "--explain", "0"];

/** Runs the command. Failing cases are no error here. */
function conformance(...options) {
  try {
    execFileSync(command, options, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    if (error.status !== 1) throw error;
  }
}

/** Creates a copy of the Python testee, applies the patches of these mutants, and returns the command of the copy. */
function testee(mutants) {
  const copy = join(folder, ["testee", ...mutants].join("-"));
  mkdirSync(copy, { recursive: true });
  const python = join(root, "conformance/testees/python");
  for (const file of readdirSync(python).filter((name) => name.endsWith(".py"))) copyFileSync(join(python, file), join(copy, file));
  for (const mutant of mutants) {
    const patch = join(root, `conformance/mutants/${mutant}.patch`);
    // Inside a repository, `git apply` would look for the files in the root of the repository. GIT_CEILING_DIRECTORIES prevents
    // this.
    execFileSync("git", ["apply", patch], { cwd: copy, env: { ...process.env, GIT_CEILING_DIRECTORIES: folder } });
  }
  return `python3 -B ${copy}/bmes_testee.py`;
}

/** Runs the suite against the testee with these mutants, and writes the page and the JSON report with this name. */
function run(name, mutants, ...options) {
  const path = (kind) => join(folder, `${name}.${kind}`);
  const reports = ["--report", `html=${path("html")}`, "--report", `json=${path("json")}`];
  conformance(...fixed, "--testee", testee(mutants), ...reports, ...options);
}

let browser;
before(async () => {
  mkdirSync(folder, { recursive: true });
  const few = ["--filter", "v1/{im,ex}ports/*"];
  run("broken", ["real-type-clamped", "real-export-type-clamped"], ...few);
  run("other", ["real-string-length-unchecked"], ...few);
  run("good", [], ...few);
  const json = (name) => join(folder, `${name}.json`);
  conformance("compare", json("good"), json("broken"), json("other"), "--html", join(folder, "compare.html"));

  const known = join(folder, "known.toml");
  writeFileSync(known, [
    "[[expected]]", 'reason = "types are clamped"', 'link = "https://example.com/issues/1"',
    'fails = { decode = "wrong-answer", check = "wrong-answer" }', 'ids = ["v1/imports/type-255"]', "",
  ].join("\n"));
  run("known", ["real-type-clamped"], "--xfail", known, "--filter", "v1/imports/type-*");
  // A report in which every case failed.
  const report = ["--report", `html=${join(folder, "worst.html")}`];
  conformance(...fixed, "--report", `json=${json("all")}`);
  writeFileSync(json("worst"), JSON.stringify(worst(JSON.parse(readFileSync(json("all"), "utf8")))));
  conformance("merge", json("worst"), ...report);
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  browser = await chromium.launch({ executablePath: browserPath, args: sandbox });
});
after(() => browser?.close());

/** Changes the report of a run: every file case has failed, and one derived case of each file case has failed, too. */
function worst(report) {
  const bad = (id) => ({ id, outcome: "fail", operations: { decode: "wrong-answer" } });
  const ids = report.cases.map((one) => one.id);
  report.cases = [...ids, ...ids.map((id) => `${id}#append=00`)].map(bad);
  report.failures = report.cases.map(({ id }) => ({
    id, title: "a case", operation: "decode", status: "wrong-answer", expected: "ok, with the record", got: "err truncated: ".padEnd(400, "x"),
    clause: "v1-u32", symptom: `rejected for ${id}`, differences: [], offset: 8, file: null, clauses: ["v1-u32", "v1-layout"], stderr: "x\n".repeat(2000), reproduce: `bmes-conformance repro ${id}`,
  }));
  return report;
}

/** Opens a page from the disk, without a network. The test fails if the page reports an error on the console. */
async function open(name, t, options = {}) {
  const context = await browser.newContext({ viewport: wide, ...options });
  await context.setOffline(true);
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requests.push(request.url()));
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests.filter((url) => !url.startsWith("data:")), [url]);
  });
  const url = pathToFileURL(join(folder, `${name}.html`)).href;
  await page.goto(url);
  return page;
}

const shown = (page) => page.locator(".failure:visible");
const ids = (page) => shown(page).locator(".id").allTextContents();
const first = (page) => page.locator(".failure").first();

describe("the page of a run", () => {
  test("says who failed how often", async (t) => {
    const page = await open("broken", t);
    assert.match(await page.title(), /BMES conformance$/);
    assert.match(await page.locator(".verdict").textContent(), /^\d+ of [\d,]+ cases failed$/);
    assert.equal(Number(await page.locator("#count").textContent()), await shown(page).count());
    const report = JSON.parse(readFileSync(join(folder, "broken.json"), "utf8"));
    assert.equal(await shown(page).count(), report.total.files.fail);
  });

  test("says of a run without failures that there are none", async (t) => {
    const page = await open("good", t);
    assert.match(await page.locator(".verdict.good").textContent(), /^All of [\d,]+ cases passed$/);
    assert.equal(await page.locator(".empty").textContent(), "None.");
  });

  test("unfolds a failure: the field at fault, the clause, the answers, the command", async (t) => {
    const page = await open("broken", t);
    const failure = page.locator('[id="v1/imports/type-255"]');
    assert.equal(await failure.locator(".body").isVisible(), false);
    await failure.locator("summary").click();
    assert.match(await failure.locator(".hex .fault").textContent(), /^00000047ff 00 00 00imports\[0\]\.type 255 unknown$/);
    assert.match(await failure.locator(".reference").textContent(), /bad-type: imports\[0\]\.type at byte 71/);
    assert.match(await failure.locator(".clause").first().textContent(), /A reader MUST reject a file with bad-type .*v1-import-type spec\/v1\.md:\d+/);
    assert.match(await failure.locator(".diff .expected").first().textContent(), /^expected err bad-type/);
    assert.match(await failure.locator(".diff .got").first().textContent(), /^got ok, with a record$/);
    assert.match(await failure.locator(".again code").textContent(), / repro .*v1\/imports\/type-255 -- python3/);
  });

  test("names the field under the pointer, and the one at fault again when it is gone", async (t) => {
    const page = await open("broken", t);
    const failure = page.locator('[id="v1/imports/type-255"]');
    await failure.locator("summary").click();
    const field = failure.locator(".field");
    const fault = await field.textContent();
    assert.equal(fault, "imports[0].type = 255 unknown · bytes 71 to 74 (0x47)");
    await failure.locator(".hex li", { hasText: "import_count" }).hover();
    assert.equal(await field.textContent(), "import_count = 3 · bytes 67 to 70 (0x43)");
    await page.locator("h2").first().hover();
    assert.equal(await field.textContent(), fault);
  });

  test("copies the command", async (t) => {
    const page = await open("broken", t, { permissions: ["clipboard-read", "clipboard-write"] });
    await first(page).locator("summary").click();
    await first(page).locator(".copy").click();
    // The text of the button becomes "Copied" after the browser has copied the command.
    await first(page).locator(".copy", { hasText: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await first(page).locator(".again code").textContent());
  });

  test("a link to a case unfolds it", async (t) => {
    const page = await open("broken", t);
    await page.evaluate(() => { location.hash = "#v1/imports/type-255"; });
    await page.locator('[id="v1/imports/type-255"][open]').waitFor();
  });

  test("shows what was expected to fail apart", async (t) => {
    const page = await open("known", t);
    await page.selectOption("#status", "expected");
    assert.deepEqual(await ids(page), ["v1/imports/type-255"]);
    await shown(page).locator("summary").click();
    assert.match(await shown(page).locator(".note").textContent(), /types are clamped https:\/\/example\.com\/issues\/1/);
    assert.match(await page.locator(".parts .known").textContent(), /^1 failed as expected$/);
  });

  test("stays small where everything fails, and says what it left out", async (t) => {
    const page = await open("worst", t);
    const size = statSync(join(folder, "worst.html")).size;
    assert.ok(size < 4_000_000, `${size} bytes`);
    assert.match(await page.locator(".left-out").textContent(), /more of v1\/imports/);
    assert.match(await page.locator(".more-causes").textContent(), /^[\d,]+ causes more in the JSON report\.$/);
    assert.equal(await page.locator(".causes li").count(), 20);
    const sections = await page.locator("#section option").count();
    assert.ok((await shown(page).count()) <= 20 * sections);
  });
});

describe("the filters", () => {
  test("by section", async (t) => {
    const page = await open("broken", t);
    await page.selectOption("#section", "v1/imports");
    assert.ok((await ids(page)).every((id) => id.startsWith("v1/imports/")));
    const all = await page.locator(".failure").count();
    assert.equal(await page.locator("#count").textContent(), `${await shown(page).count()} of ${all}`);
    await page.click("#reset");
    assert.equal(await shown(page).count(), all);
  });

  test("by status", async (t) => {
    const page = await open("known", t);
    await page.selectOption("#status", "wrong-answer");
    assert.equal(await shown(page).count(), await page.locator(".failure").count());
  });

  test("by text, every word of it", async (t) => {
    const page = await open("broken", t);
    await page.fill("#text", "TYPE-255 v1-import-type");
    assert.deepEqual(await ids(page), ["v1/imports/type-255"]);
    await page.fill("#text", "no such thing");
    assert.equal(await shown(page).count(), 0);
    await page.click("#again");
    assert.ok((await shown(page).count()) > 1);
  });

  test("by a cell of the table, which also takes it back", async (t) => {
    const page = await open("broken", t);
    const cell = page.locator('.matrix button[data-section="v1/exports"]');
    await cell.click();
    assert.equal(await cell.getAttribute("aria-pressed"), "true");
    assert.ok((await ids(page)).every((id) => id.startsWith("v1/exports/")));
    await cell.click();
    assert.equal(await shown(page).count(), await page.locator(".failure").count());
  });
});

describe("the keyboard", () => {
  test("goes to the filter, through the failures, unfolds and clears", async (t) => {
    const page = await open("broken", t);
    await page.keyboard.press("/");
    await page.keyboard.type("type-25");
    assert.ok((await shown(page).count()) < (await page.locator(".failure").count()));
    await page.keyboard.press("Escape");
    assert.equal(await shown(page).count(), await page.locator(".failure").count());
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    assert.equal(await first(page).getAttribute("open"), "");
    const focused = await page.evaluate(() => document.activeElement.tagName);
    assert.equal(focused, "SUMMARY");
  });

  test("names fields with the arrows", async (t) => {
    const page = await open("broken", t);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const hex = first(page).locator(".hex");
    // Tab moves the focus past the command and its button, to the bytes.
    for (let presses = 0; presses < 4 && !(await hex.evaluate((it) => it === document.activeElement)); presses++) {
      await page.keyboard.press("Tab");
    }
    const field = first(page).locator(".field");
    const fault = await field.textContent();
    await page.keyboard.press("ArrowUp");
    assert.notEqual(await field.textContent(), fault);
    await page.keyboard.press("ArrowDown");
    assert.equal(await field.textContent(), fault);
  });

  test("every control shows where it is", async (t) => {
    const page = await open("broken", t);
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid");
  });
});

describe("the page that compares", () => {
  test("has a column for each implementation, and filters by it", async (t) => {
    const page = await open("compare", t);
    assert.deepEqual(await page.locator(".matrix thead .name").allTextContents(), ["bmes.py", "bmes.py (2)", "bmes.py (3)"]);
    await page.selectOption("#testee", "bmes.py (2)");
    assert.ok((await shown(page).count()) > 0);
    await page.selectOption("#testee", "bmes.py");
    assert.equal(await shown(page).count(), 0);
  });

  test("shows under a case who failed it", async (t) => {
    const page = await open("compare", t);
    await page.fill("#text", "v1/imports/type-255");
    await shown(page).first().locator("summary").click();
    assert.deepEqual(await shown(page).first().locator("h3").allTextContents(), ["bmes.py (2)"]);
  });
});

describe("wherever it is read", () => {
  for (const name of ["broken", "compare", "worst"]) {
    test(`${name}: nothing is wider than a narrow screen, folded or not`, async (t) => {
      const page = await open(name, t, { viewport: narrow });
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(await width(), narrow.width);
      await page.click("#unfold");
      assert.equal(await width(), narrow.width);
    });
  }

  test("text stands out from what is behind it, in light and in dark", async (t) => {
    for (const colorScheme of ["light", "dark"]) {
      const page = await open("known", t, { colorScheme });
      await page.click("#unfold");
      const faint = await page.evaluate(faintest);
      assert.ok(faint.contrast >= 4.5, `${colorScheme}: ${JSON.stringify(faint)}`);
    }
  });

  test("the button chooses light and dark", async (t) => {
    const page = await open("broken", t, { colorScheme: "light" });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.click("#theme");
    assert.equal(await background(), light);
    await page.click("#theme");
    assert.notEqual(await background(), light);
  });

  test("pictures, for people to look at", async (t) => {
    for (const name of ["broken", "compare", "known"]) {
      for (const [screen, viewport] of Object.entries({ desktop: wide, phone: { width: 390, height: 844 } })) {
        for (const colorScheme of ["light", "dark"]) {
          const page = await open(name, t, { viewport, colorScheme });
          await first(page).locator("summary").click();
          await page.screenshot({ path: join(folder, `${name}-${screen}-${colorScheme}.png`), fullPage: true });
        }
      }
    }
  });
});

/** Runs in the browser. Returns the text with the least contrast to its background, by the formula of WCAG 2. */
function faintest() {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const mix = (over, under, share) => over.slice(0, 3).map((part, place) => part * share + under[place] * (1 - share));
  let worst = { contrast: Infinity };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest(".hidden, script, option")) continue;
    let behind = [255, 255, 255];
    let opacity = 1;
    const up = [];
    for (let one = element; one; one = one.parentElement) up.unshift(one);
    for (const one of up) {
      const [r, g, b, a] = rgba(getComputedStyle(one).backgroundColor);
      behind = mix([r, g, b], behind, a / 255);
      opacity *= Number(getComputedStyle(one).opacity);
    }
    const front = mix(rgba(getComputedStyle(element).color), behind, opacity);
    const [light, dark] = [luminance(front), luminance(behind)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < worst.contrast) worst = { contrast, text: texts.currentNode.data.trim(), of: element.outerHTML.slice(0, 80) };
  }
  return worst;
}
