import { deliveredDashboards } from "../../backends/grafana/content";
import { panelId, uidIn } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { planWith, shopWith } from "../support/http-shop";

/** More is slow to load, and more than people read. */
const MOST_BYTES = 256_000;
const MOST_OPEN = 12;

const found = new Map<number, MonitoringPlan>();

function planOf(count: number): MonitoringPlan {
  const plan = found.get(count) ?? planWith(shopWith(count));
  found.set(count, plan);
  return plan;
}

describe.each([2, 60, 300])("the dashboards of a service with %i objectives", (count) => {
  it("are as many as keep each below 256 kB", () => {
    const sizes = deliveredDashboards(planOf(count)).map(({ uid, json }) => ({
      uid,
      bytes: Buffer.byteLength(JSON.stringify(json)),
    }));
    expect(sizes.filter(({ bytes }) => bytes >= MOST_BYTES)).toEqual([]);
    expect(sizes).toHaveLength(Math.ceil(count / 8) + 1);
  });

  it("open with at most 12 panels", () => {
    for (const { json } of deliveredDashboards(planOf(count))) {
      const open = json.panels.filter(({ type }) => type !== "row");
      expect(open.length).toBeGreaterThan(0);
      expect(open.length).toBeLessThanOrEqual(MOST_OPEN);
    }
  });

  it("lead to each other and to the overview", () => {
    const plan = planOf(count);
    const place = placeOf(plan.environment);
    const parts = plan.dashboards.filter(({ service }) => service === "shop");
    for (const { uid, links } of parts) {
      const led = links.map(({ url }) => new URL(url).pathname.split("/d/")[1]);
      const others = parts.filter((part) => part.uid !== uid).map((part) => uidIn(part.uid, place));
      expect(led).toEqual(expect.arrayContaining([uidIn("monitoring", place), ...others]));
    }
  });

  it("have the panel that each alert leads to", () => {
    const plan = planOf(count);
    const place = placeOf(plan.environment);
    const panels = new Map(
      plan.dashboards.map(({ uid, rows }) => [
        uidIn(uid, place),
        new Set(rows.flatMap((row) => row.panels.map(({ key }) => String(panelId(key))))),
      ]),
    );
    const dead = plan.alerts.filter(({ service, dashboardUrl }) => {
      const { pathname, searchParams } = new URL(dashboardUrl);
      const panel = searchParams.get("viewPanel");
      return (
        service === "shop" &&
        (panel === null || panels.get(pathname.split("/d/")[1] ?? "")?.has(panel) !== true)
      );
    });
    expect(plan.alerts.filter(({ service }) => service === "shop").length).toBeGreaterThan(count);
    expect(dead.map(({ alertname, slo }) => `${alertname} ${slo}`)).toEqual([]);
  });
});

describe("dashboards of many objectives", () => {
  it("are the same whatever the order in which the objectives are declared", () => {
    const shop = shopWith(60);
    const turned = planWith({ ...shop, slos: [...shop.slos].reverse() });
    expect(turned.dashboards.map(({ uid }) => uid)).toContain("shop-slo-8");
    expect(turned.dashboards).toEqual(planOf(60).dashboards);
  });
});
