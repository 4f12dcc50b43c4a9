import path from "node:path";
import pixelmatch from "pixelmatch";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import { serveFrozen, type Frozen, type Restyled } from "./frozen-console";
import { ROOT } from "./stacks";

/** Where the pictures lie that pages are compared with. */
export const PICTURES = path.join(ROOT, "test/golden/console");

/** A page of the console and how somebody looks at it. */
export interface View {
  readonly name: string;
  readonly address: string;
  readonly width: number;
  readonly scheme: "dark" | "light";
}

const PAGES = {
  overview: "/",
  service: "/services/orders",
  alert: "/alerts/orders/api-availability/HighErrorBudgetBurnRate",
  inbox: "/inbox",
} as const;

/** By width in pixels of CSS. */
const HEIGHTS: Readonly<Record<number, number>> = { 1280: 900, 390: 844 };

/** Every page by the width of a desk and of a phone, light and dark. */
export const VIEWS: readonly View[] = Object.entries(PAGES).flatMap(([page, address]) =>
  Object.keys(HEIGHTS).flatMap((width) =>
    (["light", "dark"] as const).map((scheme) => ({
      name: `${page}-${width}-${scheme}`,
      ...{ address, scheme },
      width: Number(width),
    })),
  ),
);

/** How what is looked at differs from the console as it is. */
export interface Differences {
  readonly restyled?: Restyled;
  /** Pixels of the screen for each of CSS; letters are drawn otherwise where there are more. @default 1 */
  readonly scale?: number;
}

/**
 * How many pixels of a page become one: a letter is less than one of these, so that how a machine draws
 * letters changes nearly nothing, and a panel that is gone does.
 */
const SHRUNK = 8;

/** A page that is looked at, in a context of its own. */
export async function openFrozen(
  browser: Browser,
  frozen: Frozen,
  { address, width, scheme }: Pick<View, "address" | "scheme" | "width">,
  { restyled, scale = 1 }: Differences = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: HEIGHTS[width] ?? 900 },
    colorScheme: scheme,
    timezoneId: "UTC",
    locale: "en-GB",
    // The fonts of the pictures are none of the console's.
    bypassCSP: true,
    deviceScaleFactor: scale,
  });
  const origin = await serveFrozen(context, frozen, restyled);
  const page = await context.newPage();
  await page.goto(`${origin}${address}`);
  await page.locator("main h1").first().waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
  return page;
}

/** A view as a small PNG. */
export async function pictureOf(
  browser: Browser,
  frozen: Frozen,
  view: View,
  differences: Differences = {},
): Promise<Buffer> {
  const page = await openFrozen(browser, frozen, view, differences);
  try {
    const whole = await page.screenshot({ animations: "disabled" });
    await page.goto("about:blank");
    const shrunk = SHRUNK * (differences.scale ?? 1);
    const small = await page.evaluate(`(async () => {
      const blob = await (await fetch("data:image/png;base64,${whole.toString("base64")}")).blob();
      const { width, height } = await createImageBitmap(blob);
      const size = { resizeWidth: Math.ceil(width / ${shrunk}), resizeHeight: Math.ceil(height / ${shrunk}) };
      const small = await createImageBitmap(blob, { ...size, resizeQuality: "high" });
      const canvas = Object.assign(document.createElement("canvas"), { width: small.width, height: small.height });
      canvas.getContext("2d").drawImage(small, 0, 0);
      return canvas.toDataURL("image/png").split(",")[1];
    })()`);
    return Buffer.from(String(small), "base64");
  } finally {
    await page.context().close();
  }
}

/** Colours that are nearer to each other than this are the same, 1 being black and white. */
const THRESHOLD = 0.08;
/** A square of so many small pixels, in which those that differ are counted. */
const WINDOW = 16;

/** The most that may differ: half of that is what another way to draw letters makes, and more than that what is broken. */
export const TOLERATED = 0.18;

/** The share of the most different square of two pictures, from 0 to 1; 1 where they are of different size. */
export function difference(expected: Buffer, found: Buffer): number {
  const [left, right] = [PNG.sync.read(expected), PNG.sync.read(found)];
  const { width, height } = left;
  if (right.width !== width || right.height !== height) {
    return 1;
  }
  const options = { threshold: THRESHOLD, windowSize: WINDOW, includeAA: true };
  return pixelmatch(left.data, right.data, undefined, width, height, options) / WINDOW ** 2;
}
