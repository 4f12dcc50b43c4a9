import { readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { groupedBy } from "../../slo/order";
import { findBrowser, startBrowser } from "../support/browser";
import { frozenLab } from "../support/frozen-console";
import { difference, PICTURES, pictureOf, TOLERATED, VIEWS, type Differences } from "../support/pictures";

const executable = findBrowser();
if (executable === undefined) {
  process.stderr.write("no chromium on PATH: nobody compared the console with its pictures\n");
}
const look = executable === undefined ? it.skip : it;

/** Views by the first part of their names. */
const PAGES = [...groupedBy(VIEWS, ({ name }) => name.split("-")[0] ?? "")];

const adding =
  (more: string) =>
  (style: string): string =>
    `${style}${more}`;

/** What a change of the style may do, and where it shows. */
const BROKEN: readonly (readonly [string, string, (style: string) => string])[] = [
  ["there is no style", "overview-1280-light", () => ""],
  ["there is no style", "inbox-390-dark", () => ""],
  [
    "dark is as light",
    "alert-1280-dark",
    (style) => style.replaceAll("prefers-color-scheme:dark", "monochrome"),
  ],
  ["a panel is hidden", "overview-1280-light", adding("aside .card{visibility:hidden}")],
  ["a panel is gone", "overview-1280-light", adding(".columns>div .card:first-child{display:none}")],
  ["the numbers are hidden", "overview-390-dark", adding(".tiles{visibility:hidden}")],
  ["the curves are hidden", "service-1280-light", adding("canvas{visibility:hidden}")],
  ["the menu is gone", "alert-390-light", adding("nav{display:none}")],
  ["messages have no card", "inbox-1280-light", adding(".message{background:none;border:0}")],
];

/** How another machine draws the same. */
const ELSEWHERE: readonly (readonly [string, string, Differences])[] = [
  ["fonts with serifs", "overview-1280-light", { restyled: adding("body{font-family:serif}") }],
  ["letters without hints", "inbox-1280-light", { restyled: adding("*{text-rendering:geometricPrecision}") }],
  ["twice as many pixels", "alert-1280-dark", { scale: 2 }],
  ["half as many pixels again", "service-390-dark", { scale: 1.5 }],
];

describe("the console of a lab that stands still", () => {
  const frozen = frozenLab();
  let browser: Browser;

  beforeAll(async () => {
    if (executable !== undefined) browser = await startBrowser(executable);
  });

  afterAll(async () => {
    if (executable !== undefined) await browser.close();
  });

  /** How far a view is from its picture. */
  async function distance(name: string, differences?: Differences): Promise<number> {
    const view = VIEWS.find((each) => each.name === name);
    if (view === undefined) throw new Error(`there is no view [${name}]`);
    const expected = readFileSync(path.join(PICTURES, `${name}.png`));
    return difference(expected, await pictureOf(browser, frozen, view, differences));
  }

  /** Views that are as far from their pictures as asked for. */
  async function those(
    cases: readonly (readonly [what: string, name: string, differences?: Differences])[],
    isMeant: (far: number) => boolean,
  ): Promise<readonly string[]> {
    const all = await Promise.all(
      cases.map(async ([what, name, differences]) => ({
        what,
        name,
        far: await distance(name, differences),
      })),
    );
    return all.filter(({ far }) => isMeant(far)).map(({ what, name, far }) => `${what}, ${name}: ${far}`);
  }

  look.each(PAGES)("looks as its pictures do, which `npm run pictures` takes: %s", async (page, views) => {
    expect(
      await those(
        views.map(({ name }) => [page, name]),
        (far) => far > TOLERATED,
      ),
    ).toEqual([]);
  });

  look("looks the same on another machine", async () => {
    expect(await those(ELSEWHERE, (far) => far > TOLERATED)).toEqual([]);
  });

  look("is seen to be different when its style is broken", async () => {
    const broken = BROKEN.map(([what, name, restyled]) => [what, name, { restyled }] as const);
    expect(await those(broken, (far) => far <= TOLERATED)).toEqual([]);
  });
});
