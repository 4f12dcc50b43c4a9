import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { z } from "zod";
import { panelId, uidIn } from "../../plan/dashboard";
import { findBrowser, startBrowser } from "../support/browser";
import { eventually, type Lab } from "../support/lab";

/** Tall enough that every panel of a dashboard is seen, and so asks, at once. */
const TALL = 12_000;

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const violations = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
);

const setting = z.object({ dashboards: z.array(z.object({ uid: z.string(), panels: z.number() })) });

/** A page of every kind; Orders's gateway is broken when they are looked at. */
const PAGES = [
  "/",
  "/services/orders",
  "/alerts",
  "/alerts/orders/api-availability/HighErrorBudgetBurnRate",
  "/inbox",
  "/incidents",
  "/dashboards",
  "/runbook",
  "/runbook/orders/high-error-rate",
  "/routing?alert=orders/api-availability/HighErrorBudgetBurnRate",
  "/graph?g0.expr=up",
];

/** Every page by the width and by the colours, and what is on most of them in the other two ways. */
const VIEWS = [
  { scheme: "light", width: 1280, pages: PAGES },
  { scheme: "dark", width: 390, pages: PAGES },
  { scheme: "dark", width: 1280, pages: PAGES.slice(0, 2) },
  { scheme: "light", width: 390, pages: PAGES.slice(0, 2) },
] as const;

/** What pages within seconds and lets go as soon. */
const INCIDENT = "stock-disk-almost-full";

/** What a person sees of a lab that plays production, in which something of Orders is broken. */
export function showsConsole(lab: Lab): void {
  const executable = findBrowser();
  if (executable === undefined) {
    process.stderr.write("no chromium on PATH: nobody looked at the console of the lab\n");
  }
  const look = executable === undefined ? it.skip : it;
  let address = "";
  let browser: Browser | undefined;

  beforeAll(async () => {
    ({ address } = await lab.state());
    browser = executable === undefined ? undefined : await startBrowser(executable);
  });

  afterAll(() => browser?.close());

  /** A page that keeps what goes wrong in it, and whom else it asks. */
  async function open(
    path: string,
    { width = 1280, height = 900, scheme = "light" }: View = {},
  ): Promise<Opened> {
    if (browser === undefined) {
      throw new Error("there is no browser");
    }
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) faults.push(message.text());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${address}/`) && !url.startsWith("data:")) faults.push(`it asks ${url}`);
    });
    await page.goto(path.startsWith("http") ? path : `${address}${path}`);
    await page.locator("main h1").first().waitFor();
    return { page, context, faults };
  }

  look.each(VIEWS)(
    "has nothing to complain of for whoever cannot see, has a phone or likes it dark: $scheme, $width px",
    async ({ scheme, width, pages }) => {
      for (const path of pages) {
        const { page, context, faults } = await open(path, { scheme, width });
        await untilAnswered(page);
        const found = violations.parse(
          await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations)`),
        );
        const wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        expect({ path, found, faults, wider }).toEqual({ path, found: [], faults: [], wider: 0 });
        await context.close();
      }
    },
    300_000,
  );

  look(
    "draws every panel of every dashboard",
    async () => {
      const { dashboards } = setting.parse(await (await fetch(`${address}/console/setting`)).json());
      expect(dashboards.length).toBeGreaterThan(4);
      for (const { uid, panels } of dashboards) {
        const { page, context, faults } = await open(`/d/${uid}`, { height: TALL });
        await page.locator("[data-panel]").first().waitFor();
        expect(await page.locator("[data-panel]").count()).toBeLessThanOrEqual(12);
        await page.locator("details.row:not([open]) > summary").evaluateAll((closed) => {
          for (const summary of closed as unknown as readonly { click: () => void }[]) summary.click();
        });
        await page.locator('[data-state="asking"]').first().waitFor({ state: "detached", timeout: 60_000 });
        // A curve is painted a moment after its answer, and asked for again where a scrape was late.
        let empty = await emptyPanels(page);
        // Whoever reads a canvas several times is told that there is a faster way.
        const own = faults.filter((fault) => !fault.startsWith("Canvas2D: Multiple readback"));
        for (let tries = 0; JSON.stringify(empty) !== "[]" && tries < 40; tries += 1) {
          await page.waitForTimeout(500);
          empty = await emptyPanels(page);
        }
        expect({ uid, empty, faults: own }).toEqual({ uid, empty: [], faults: [] });
        expect(await page.locator("[data-panel]").count()).toBe(panels);
        await context.close();
      }
    },
    240_000,
  );

  look(
    "takes an incident from its button to a page and on to its end, by the keyboard alone",
    async () => {
      const { page, context, faults } = await open("/incidents");
      const button = page.locator(`[data-incident="${INCIDENT}"]`);
      await button.focus();
      await page.keyboard.press("Enter");
      await page.locator(`[data-incident="${INCIDENT}"].mend`).waitFor();
      await page.getByRole("link", { name: "Inbox" }).first().focus();
      await page.keyboard.press("Enter");
      const messages = page.locator(".message.pagerduty", { hasText: " stock: " });
      await messages.locator(".status.firing").first().waitFor({ timeout: 90_000 });
      expect(await messages.first().innerText()).toMatch(/DiskAlmostFull[^]*opens incident \d+[^]*dedup key/);
      await messages.getByRole("link", { name: "Runbook" }).first().click();
      await page.locator(".runbook h1").waitFor();
      await page.getByRole("link", { name: "Overview" }).click();
      await page.locator("aside .line.critical", { hasText: "DiskAlmostFull" }).first().waitFor();
      await page.locator(`[data-incident="${INCIDENT}"].mend`).press("Enter");
      await page.getByRole("link", { name: "Inbox" }).first().click();
      await messages.locator(".status.resolved").first().waitFor({ timeout: 120_000 });
      expect(faults).toEqual([]);
      await context.close();
    },
    300_000,
  );

  look(
    "opens what every link of every message says",
    async () => {
      const inbox = await lab.inbox();
      const links = [...new Set(inbox.flatMap((delivery) => delivery.links))];
      expect(links.length).toBeGreaterThan(1);
      for (const link of links.filter((each) => each.includes("/d/"))) {
        const { page, context, faults } = await open(link);
        await page.locator('[data-state="drawn"]').waitFor();
        expect({ link, panels: await page.locator("[data-panel]").count(), faults }).toEqual({
          link,
          panels: 1,
          faults: [],
        });
        await context.close();
      }
    },
    120_000,
  );

  look("shows the panel that an address names, and says what is not there", async () => {
    const uid = uidIn("orders-operator", { cluster: "prod-1", environment: "prod" });
    const { page, context } = await open(`/d/${uid}?viewPanel=${panelId("panel:kill-switch")}`);
    await page.locator('[data-state="drawn"]').waitFor();
    expect(await page.locator("[data-panel] .number").allInnerTexts()).toEqual(["Off"]);
    await page.goto(`${address}/d/nothing`);
    await page.getByText("there is no dashboard [nothing]").waitFor();
    await context.close();
  });

  it("changes nothing for a page of somebody else, and tells it nothing", async () => {
    const ask = (path: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${address}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ incidents: [INCIDENT] }),
      });
    expect((await ask("/console/break", { origin: "http://elsewhere.example" })).status).toBe(403);
    expect((await ask("/console/break", {})).status).toBe(403);
    const own = await ask("/console/mend", { origin: address });
    expect({ status: own.status, ...((await own.json()) as object) }).toEqual({
      status: 404,
      error: expect.stringContaining(`[${INCIDENT}] is not broken`),
    });
    const policy = (await fetch(address)).headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'/);
    expect(policy).not.toContain("unsafe");
  });
}

interface View {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "dark" | "light";
}

interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly faults: readonly string[];
}

/** What is asked for while a page is opened has come. */
async function untilAnswered(page: Page): Promise<void> {
  await eventually("the page to be filled", 30, async () =>
    (await page.getByText("asking", { exact: true }).count()) === 0 ? true : undefined,
  );
}

/** Titles of panels in which nothing is drawn: no number, no row, no bar, no line. */
async function emptyPanels(page: Page): Promise<unknown> {
  return page.evaluate(`
    const hasLine = (canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, alpha] = data.slice(at, at + 4);
        if (alpha > 100 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) return true;
      }
      return false;
    };
    // Bars that count nothing have no height; their legend says so.
    const areNone = (panel) => {
      const values = [...panel.querySelectorAll(".legend b")].map(({ textContent }) => textContent);
      return values.length > 0 && values.every((value) => /^0\\b/.test(value));
    };
    const isDrawn = (panel) =>
      panel.dataset.state === "drawn" &&
      ([...panel.querySelectorAll("canvas")].some(hasLine) ||
        areNone(panel) ||
        /\\d|On|Off/.test(panel.querySelector(".stats .number")?.textContent ?? "") ||
        panel.querySelectorAll("tbody tr, .bars .bar i").length > 0);
    [...document.querySelectorAll("[data-panel]")]
      .filter((panel) => !isDrawn(panel))
      .map((panel) => panel.querySelector("h3").textContent + " " + panel.dataset.state)
  `);
}
