import { readFileSync } from "node:fs";
import path from "node:path";
import { Checkout } from "../support/checkout";
import { Lab } from "../support/lab";
import { ROOT } from "../support/stacks";

const DOCS = ["docs/telemetry.md", "docs/objectives.md"] as const;

/** The services of these pages, by id. */
const sources = new Map(
  DOCS.flatMap((page) => [
    ...readFileSync(path.join(ROOT, page), "utf8").matchAll(
      /^```ts services\/(\w+)\/index\.ts\n([\s\S]*?)^```$/gm,
    ),
  ]).map(([, id = "", text = ""]) => [id, text] as const),
);

/** What wakes somebody for each of them, and what the lab does. */
const PAGES = [
  { service: "billing", incident: "billing-consumer-group-empty", alert: "ConsumerGroupEmpty" },
  { service: "billing", incident: "billing-database-down", alert: "DatabaseDown" },
  { service: "cart", incident: "cart-availability-bad", alert: "ServiceDown" },
  { service: "mail", incident: "mail-delivery-bad", alert: "HighErrorBudgetBurnRate" },
  { service: "price", incident: "price-availability-bad", alert: "ServiceDown" },
  { service: "report", incident: "report-job-overdue", alert: "JobOverdue" },
  { service: "search", incident: "search-availability-bad", alert: "HighErrorBudgetBurnRate" },
  { service: "shop", incident: "shop-availability-bad", alert: "HighErrorBudgetBurnRate" },
  { service: "web", incident: "web-crash-looping", alert: "CrashLooping" },
] as const;

describe(`the services of ${DOCS.join(" and ")}, in a repository that has no others`, () => {
  const checkout = new Checkout();
  const lab = new Lab(checkout.folder);

  beforeAll(() => {
    checkout.replaceServices(sources);
  });

  afterAll(async () => {
    await lab.remove();
    checkout.dispose();
  }, 60_000);

  it("take at most thirty lines each", () => {
    expect([...sources.keys()]).toEqual([
      "shop",
      "cart",
      "billing",
      "report",
      "mail",
      "price",
      "web",
      "search",
      "buying",
    ]);
    expect([...sources.values()].filter((text) => text.trimEnd().split("\n").length > 30)).toEqual([]);
  });

  it("pass the check, policies and real parsers included", async () => {
    const { code, stdout } = await checkout.tocsin("check", "prod");
    expect(stdout).toMatch(/^✓ prod: 11 SLOs, \d+ alerts, .* 0 policy violations$/m);
    expect(code).toBe(0);
  }, 120_000);

  it("have an incident and a runbook for every alert, though nobody wrote one", async () => {
    const { alerts, runbooks, services } = await checkout.plan();
    const own = alerts.filter(({ service }) => sources.has(service));
    const played = services.flatMap(({ id, incidents }) =>
      incidents.flatMap((incident) => incident.alerts.map((alert) => `${id}/${alert}`)),
    );
    const pages = runbooks.map(({ service, slug }) => `${service}/${slug}`);
    // What breaks a journey is what breaks its steps.
    const raised = own.filter(({ service }) => service !== "buying");
    expect(raised.filter(({ service, alertname }) => !played.includes(`${service}/${alertname}`))).toEqual(
      [],
    );
    expect(own.filter(({ runbook }) => !pages.includes(`${runbook.service}/${runbook.slug}`))).toEqual([]);
  }, 120_000);

  it("page in the lab when they break, and let go when they are mended", async () => {
    const up = await lab.tocsin("up", "prod", "--detach", "--speed", "20");
    expect(`${up.status}: ${up.stderr}`).toMatch(/^0: [\s\S]*ready: prod is alive/);
    for (const { incident } of PAGES) {
      await lab.ask("break", { incident });
    }
    const told = (status: string): Promise<unknown> =>
      lab.until(`every alert is told of as ${status}`, 400, (inbox) =>
        PAGES.every(({ alert, service }) =>
          inbox.some(
            ({ channel, alerts, title }) =>
              channel === "pagerduty" &&
              alerts.includes(`${alert} ${status}`) &&
              new RegExp(` ${service}(?: \\(\\d+ alerts\\))?: `).test(title),
          ),
        ),
      );
    await told("firing");
    expect(await lab.ask("mend", {})).toEqual({ mended: PAGES.map(({ incident }) => incident) });
    await told("resolved");
  }, 900_000);
});
