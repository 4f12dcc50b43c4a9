import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { placeOf } from "../../plan/environment";
import { reportSettings } from "../../plan/report";
import { pageOf } from "../../reports/page";
import type { ReportPeriod } from "../../plan/report-period";
import { reportOf, type Report } from "../../reports/report";
import { sourceAt } from "../../reports/server";
import { linesOf } from "../../reports/text";
import { summaryOf } from "../../reports/words";
import { withServer } from "../../tools/bench/server";
import { planOf } from "../support/plan";
import { toolchain } from "../support/toolchain";

const PLAN = planOf("prod");
const HOUR = 3_600;
const at = (time: string): number => Date.parse(`2026-11-${time}:00Z`) / 1_000;
/** From a Monday to the next. */
const WEEK = { from: at("16T00:00"), to: at("23T00:00") };
const BURN = {
  alertname: "HighErrorBudgetBurnRate",
  category: "slo",
  severity: "critical",
  team: "orders",
  service: "orders",
  slo: "api-availability",
};
const DISK = {
  alertname: "DiskAlmostFull",
  category: "saturation",
  severity: "warning",
  team: "stock",
  service: "stock",
  slo: "none",
};
/** What others call an alert may hold anything. */
const HOSTILE = { alertname: "Other", severity: "warning", service: "<script>alert(1)</script>" };

/** When alerts fired; the server looks back for five minutes, so that each seems to last that much longer. */
const FIRED: readonly (readonly [labels: Readonly<Record<string, string>>, from: number, to: number])[] = [
  [BURN, at("17T03:00"), at("17T03:30")],
  [BURN, at("18T14:00"), at("18T14:10")],
  [DISK, at("15T23:00"), at("16T01:00")],
  [DISK, at("19T10:00"), at("19T10:20")],
  [HOSTILE, at("22T23:00"), at("23T01:00")],
  // Nobody hears of it, and another cluster has its own report.
  [{ alertname: "Watchdog", severity: "none" }, WEEK.from, WEEK.to],
  [{ ...BURN, cluster: "another" }, at("20T14:00"), at("20T14:10")],
];

function line(name: string, labels: Readonly<Record<string, string>>, value: number, time: number): string {
  const all = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${all.join(",")}} ${value} ${time}`;
}

/** 1,000 requests an hour, of which 40 fail in the hour of each incident: 80 of a budget of 168. */
function* past(): Generator<string> {
  const home = placeOf(PLAN.environment);
  yield "# TYPE ALERTS gauge";
  for (const [labels, from, to] of FIRED) {
    for (let time = from; time < to; time += 30) {
      yield line("ALERTS", { alertstate: "firing", ...home, ...labels }, 1, time);
    }
  }
  const slo = { ...home, service: "orders", slo_id: "orders-api-availability" };
  for (const side of ["total", "error"] as const) {
    yield `# TYPE slo:sli_${side}:increase1h gauge`;
    for (let time = WEEK.from - HOUR; time <= WEEK.to + HOUR; time += 300) {
      const isBad = [at("17T03:00"), at("18T14:00")].some((begin) => time > begin && time <= begin + HOUR);
      yield line(`slo:sli_${side}:increase1h`, slo, side === "total" ? 1_000 : isBad ? 40 : 0, time);
    }
  }
  yield "# TYPE slo:error_budget:remaining_ratio gauge";
  for (let time = WEEK.from - HOUR; time <= WEEK.to; time += 240) {
    const value = time < at("17T03:00") ? 0.9 : 0.4;
    yield line("slo:error_budget:remaining_ratio", slo, value, time);
    if (time > at("20T00:00")) {
      yield line("slo:error_budget:remaining_ratio", { ...slo, slo_id: "orders-new" }, 1, time);
    }
  }
  yield "# EOF";
}

const silence = (hours: number, ends: number, comment: string): object => ({
  status: { state: "active" },
  matchers: [{ name: "alertname", value: "DiskAlmostFull", isRegex: false, isEqual: true }],
  startsAt: new Date((WEEK.to - hours * HOUR) * 1_000).toISOString(),
  endsAt: new Date((WEEK.to + ends * HOUR) * 1_000).toISOString(),
  createdBy: "ada",
  comment,
});
const SILENCES = [
  silence(1, 2, "soon"),
  silence(200, 900, "forgotten"),
  { ...silence(200, 1, "over"), status: { state: "expired" } },
];

describe("a report of what a server recorded", () => {
  let alertmanager: Server;
  const reports = new Map<ReportPeriod, Report>();

  beforeAll(async () => {
    alertmanager = createServer((_, response) => response.end(JSON.stringify(SILENCES)));
    await new Promise<void>((resolve) => alertmanager.listen(0, "127.0.0.1", resolve));
    const silences = `http://127.0.0.1:${(alertmanager.address() as AddressInfo).port}`;
    await withServer(await toolchain(), past(), WEEK.to, async ({ address }) => {
      const source = sourceAt(address, silences);
      for (const [period, span] of [
        ["week", WEEK],
        ["day", { from: WEEK.to - 24 * HOUR, to: WEEK.to }],
      ] as const) {
        const reviews = [
          { file: "services/orders/runbooks/old.md", owner: "orders", reviewed: "2026-01-05" },
          { file: "services/orders/runbooks/fresh.md", owner: "orders", reviewed: "2026-11-05" },
          { file: "services/orders/runbooks/never.md", owner: "orders", reviewed: "" },
        ];
        const asked = { ...span, period, zone: "Europe/Berlin" };
        reports.set(period, await reportOf({ ...reportSettings(PLAN), reviews }, source, asked));
      }
    });
  }, 300_000);

  afterAll(() => {
    alertmanager.close();
  });

  const week = (): Report => reports.get("week") as Report;
  const text = (period: ReportPeriod): string => linesOf(reports.get(period) ?? week()).join("\n");

  it("counts the pages that the routes make of what fired, by the clocks of who is on call", () => {
    expect(week().pages.map(({ team, opened, receiver, hours }) => [team, opened, receiver, hours])).toEqual([
      ["orders", (at("17T03:00") + 10) * 1_000, "page-orders", "sleeping"],
      ["orders", (at("18T14:00") + 10) * 1_000, "page-orders", "working"],
    ]);
    expect(text("week")).toMatch(/^04:00 +1 +orders\n15:00 +1 +orders$/m);
  });

  it("says what each incident spent of the budget, and how that compares with all that was spent", () => {
    const orders = week().objectives.find(({ slo }) => slo === "orders-api-availability");
    expect(orders).toMatchObject({ events: 168_000, bad: 80, left: 0.4, service: "orders" });
    expect(orders?.spent).toBeCloseTo(80 / 168, 6);
    expect(orders?.change).toBeCloseTo(-0.5, 6);
    expect(week().incidents.map(({ slo, alerts, bad, from }) => [slo, alerts, bad, from])).toEqual([
      ["orders-api-availability", ["HighErrorBudgetBurnRate"], 40, at("17T03:00") * 1_000],
      ["orders-api-availability", ["HighErrorBudgetBurnRate"], 40, at("18T14:00") * 1_000],
    ]);
    expect(week().incidents[0]?.spent).toBeCloseTo(40 / 168, 6);
  });

  it("puts the noisiest alert first, and counts no beginning of before", () => {
    expect(
      week().alerts.map(({ alert, fired, pages, over }) => [alert, fired, pages, over !== undefined]),
    ).toEqual([
      ["HighErrorBudgetBurnRate", 2, 2, true],
      ["DiskAlmostFull", 1, 0, true],
      ["Other", 1, 0, false],
    ]);
  });

  it("says silences, reviews and changes, and what it does not know", () => {
    expect(text("week")).toMatch(
      /^Silenced for more than a week\n.*\nalertname="DiskAlmostFull" .* ada +forgotten$/m,
    );
    expect(text("week")).toMatch(/never\.md +orders +never\n.*old\.md +orders +2026-01-05\n/);
    expect(text("week")).not.toContain("fresh.md");
    expect(text("week")).toMatch(/^orders-new +new$/m);
    expect(text("week")).toContain("Not known: this server has no rules.");
  });

  it("says each day what fired and is over, what fires, and which silences end", () => {
    expect(summaryOf(reports.get("day") ?? week())).toBe(
      "prod prod-1, daily digest: 1 alert fired since yesterday, 1 of them now",
    );
    expect(text("day")).toMatch(/^Alerts that fire\n.*\nOther /m);
    expect(text("day")).toContain("No other alert has fired since yesterday.");
    expect(text("day")).toMatch(/ada +soon$/m);
    expect(text("day")).not.toContain("forgotten");
  });

  it("is one page that asks nobody for anything, and that no text of an alert can break", () => {
    const page = pageOf(week());
    const [, style = ""] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'"`);
    const orders = PLAN.services.find(({ id }) => id === "orders");
    expect(page).toContain(`<a href="${orders?.dashboardUrl}">orders-api-availability</a>`);
    const asking = page.replaceAll("http://www.w3.org/2000/svg", "").replaceAll(/<a href="[^"]+">/g, "");
    expect(asking).not.toMatch(/https?:|<script|src=|href=|url\(|@import|style=/);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page.match(/<svg /g)).toHaveLength(3);
    expect(page.match(/<h2>/g)).toHaveLength(9);
  });
});
