import type { Browser, Page } from "playwright-core";
import { findBrowser, startBrowser } from "../support/browser";
import { frozenLab, type Frozen } from "../support/frozen-console";
import { openFrozen } from "../support/pictures";

const executable = findBrowser();
if (executable === undefined) {
  process.stderr.write("no chromium on PATH: nobody counted what the console draws anew\n");
}
const look = executable === undefined ? it.skip : it;

/** A text that the function that draws a row holds, and no function within it. */
const ROW = " over the last 20 minutes";

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly scriptId: string;
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number;
        readonly endOffset: number;
        readonly count: number;
      }[];
    }[];
  }[];
}

/** Counts how often rows are drawn and how often a table changes, from now on. */
async function watched(
  page: Page,
): Promise<() => Promise<{ readonly drawn: number; readonly changed: number }>> {
  const profiler = await page.context().newCDPSession(page);
  await profiler.send("Profiler.enable");
  await profiler.send("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  await page.evaluate(`
    window.changed = 0;
    new MutationObserver((changes) => { window.changed += changes.length; }).observe(
      document.querySelector(".columns"),
      { subtree: true, childList: true, attributes: true, characterData: true },
    );
  `);
  return async () => {
    const source = await page.evaluate(`fetch("/console/main.js").then((answer) => answer.text())`);
    const at = String(source).indexOf(ROW);
    expect(at).toBeGreaterThan(0);
    const { result } = (await profiler.send("Profiler.takePreciseCoverage")) as Coverage;
    const around = result
      .filter(({ url }) => url.endsWith("/console/main.js"))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
      .sort((a, b) => a.endOffset - a.startOffset - (b.endOffset - b.startOffset));
    return { drawn: around[0]?.count ?? 0, changed: Number(await page.evaluate("window.changed")) };
  };
}

/** The page has had so many more answers on how everything stands, and drawn what came of them. */
async function answered(page: Page, times: number): Promise<void> {
  for (let seen = 0; seen < times; seen += 1) {
    await page.waitForResponse((response) => response.url().endsWith("/console/situation"));
  }
  await page.evaluate(
    "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))",
  );
}

describe("the overview of 300 objectives", () => {
  const frozen: Frozen = frozenLab(300);
  let browser: Browser;

  beforeAll(async () => {
    if (executable !== undefined) browser = await startBrowser(executable);
  });

  afterAll(async () => {
    if (executable !== undefined) await browser.close();
  });

  look("draws a row when its values change, and no other", async () => {
    const page = await openFrozen(browser, frozen, { address: "/", width: 1280, scheme: "light" });
    expect(await page.locator(".slos tbody tr").count()).toBe(300);
    const count = await watched(page);
    await answered(page, 3);
    expect(await count()).toEqual({ drawn: 0, changed: 0 });
    const [{ id } = { id: "" }] = frozen.setting.slos;
    const { slos } = frozen.situation;
    frozen.situation = { ...frozen.situation, slos: { ...slos, [id]: { ...slos[id], burn: 3.5 } } };
    await answered(page, 2);
    expect((await count()).drawn).toBe(1);
    await page.locator(".slos").first().getByText("3.50×").waitFor();
    await page.context().close();
  });
});
