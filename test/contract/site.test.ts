import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findBrowser, startBrowser } from "../support/browser";
import { removeFolder, runProgram, temporaryFolder } from "../support/program";
import { ROOT } from "../support/stacks";

/** It compiles the package and reads every page of the repository. */
const TIMEOUT = 600_000;

/** What a page links to or loads; addresses of the web are the reader's own to open. */
function linksOf(html: string): readonly string[] {
  return [...html.matchAll(/ (?:href|src)="([^"]*)"/g)]
    .map(([, link = ""]) => link.replaceAll("&amp;", "&"))
    .filter((link) => !/^(?:https?:|mailto:)/.test(link));
}

/** Links of the pages of a folder to what is not there: a file, or a place in a page. */
function deadLinks(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const pages = new Map(
    files
      .filter((file) => file.endsWith(".html"))
      .map((file) => [file, readFileSync(path.join(folder, file), "utf8")]),
  );
  const anchors = new Map(
    [...pages].map(([file, html]) => [
      file,
      new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id = ""]) => id)),
    ]),
  );
  const there = new Set(files);
  return [...pages].flatMap(([file, html]) =>
    linksOf(html)
      .filter((link) => {
        const [target = "", anchor = ""] = decodeURI(link).split("#");
        const found = target === "" ? file : path.join(path.dirname(file), target);
        return !there.has(found) || (anchor !== "" && anchors.get(found)?.has(anchor) === false);
      })
      .map((link) => `${file}: ${link}`),
  );
}

describe("the website of the documentation", () => {
  const folder = temporaryFolder();
  let built = { code: -1, output: "" };

  beforeAll(async () => {
    built = await runProgram("npm", ["run", "--silent", "--prefix", ROOT, "site", "--", folder]);
  }, TIMEOUT);

  afterAll(() => removeFolder(folder));

  it("is built without a warning", () => {
    expect(built).toEqual({ code: 0, output: expect.not.stringMatching(/warning|error/) as string });
  });

  it("has a page for every page of docs, at the address that its file has, and one for each module", () => {
    const pages = readdirSync(path.join(ROOT, "docs")).filter((file) => file.endsWith(".md"));
    const there = readdirSync(path.join(folder, "docs"));
    const index = readFileSync(path.join(ROOT, "docs/README.md"), "utf8");
    expect(pages.filter((file) => file !== "README.md" && !index.includes(`](${file})`))).toEqual([]);
    // The declarations have a page each.
    const missing = pages.filter((file) => !there.includes(file.replace(/\.md$/, ".html")));
    expect(missing).toEqual(["api.md"]);
    expect(readdirSync(path.join(folder, "modules"))).toEqual(
      expect.arrayContaining(["tocsin.html", "tocsin_components.html", "tocsin_testing.html"]),
    );
  });

  it("has no link that leads nowhere", () => {
    expect(deadLinks(folder)).toEqual([]);
  });

  const executable = findBrowser();
  if (executable === undefined) process.stderr.write("no chromium on PATH: nobody searched in the site\n");

  (executable === undefined ? it.skip : it)(
    "finds pages and types by their words, from a disk, and asks nobody",
    async () => {
      const browser = await startBrowser(executable ?? "");
      try {
        const page = await browser.newPage();
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        await page.goto(pathToFileURL(path.join(folder, "docs/adr/0012-runbook-site.html")).href);
        expect(await page.locator("h1").first().textContent()).toBe("12. The stack serves its runbooks");
        for (const [words, title] of [
          ["kube-prometheus-stack", "With a Prometheus operator that is there already"],
          ["BurnResponse", "BurnResponse"],
        ] as const) {
          await page.locator("#tsd-search-trigger").click();
          await page.locator("#tsd-search-input").fill(words);
          const found = page.locator("#tsd-search-results a", { hasText: title }).first();
          await found.click();
          expect(await page.locator("h1").first().textContent()).toContain(title);
        }
        expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});
