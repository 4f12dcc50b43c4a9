import { isDeepStrictEqual } from "node:util";
import { monitoringFiles } from "../../backends/files";
import { catalogue } from "../../catalogue";
import { identityKey } from "../../plan/identity";
import { placeOf } from "../../plan/environment";
import { DIMENSIONS } from "../../plan/names";
import type { AlertingRule, MonitoringPlan } from "../../plan/monitoring-plan";
import { isOutage } from "../../slo/alert";
import type { BadEvents } from "../../slo/measure";
import { compareText } from "../../slo/order";
import type { Slo } from "../../slo/service";
import { freshPlanOf, servicesOf } from "../support/plan";
import { STACKS } from "../support/stacks";

function alertingRules(plan: MonitoringPlan): readonly AlertingRule[] {
  return plan.ruleGroups.flatMap((group) => group.rules.filter((rule) => rule.kind === "alert"));
}

/** Paths of everything that JSON would drop or turn into null. */
function unserialisable(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => unserialisable(item, `${path}[${index}]`));
  }
  if (typeof value === "object" && value !== null) {
    const plain = [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
      ? []
      : [path];
    return [
      ...plain,
      ...Object.entries(value).flatMap(([key, item]) => unserialisable(item, `${path}.${key}`)),
    ];
  }
  const kept =
    value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
  return kept ? [] : [path];
}

/** Whether an SLO records what an alert counts. */
function isRecorded(slos: readonly Slo[], { sli, window }: BadEvents): boolean {
  return ["5m", "1h"].includes(window) && slos.some((slo) => isDeepStrictEqual(slo.sli, sli));
}

/** Recorded series that an expression reads. */
function recordsRead(expr: string): readonly string[] {
  return [...new Set(expr.match(/\bslo:[a-z0-9_:]+(?=\{)/g) ?? [])];
}

/**
 * Whether the series that an expression yields carry the place: it aggregates by it, or reads only recorded series
 * whose own expressions do.
 * @param known what is known of records already, by name: many alerts read the same ones
 */
function keepsPlace(expr: string, plan: MonitoringPlan, known: Map<string, boolean>): boolean {
  const read = recordsRead(expr);
  return expr.includes(`by (${DIMENSIONS.join(", ")}`) || (read.length > 0 && read.every(recordKeepsPlace));

  function recordKeepsPlace(name: string): boolean {
    const before = known.get(name);
    if (before !== undefined) {
      return before;
    }
    // A record that reads itself adds nothing.
    known.set(name, true);
    const sources = plan.ruleGroups.flatMap((group) =>
      group.rules.filter((rule) => rule.kind === "record" && rule.record === name),
    );
    const keeps = sources.length > 0 && sources.every((rule) => keepsPlace(rule.expr, plan, known));
    known.set(name, keeps);
    return keeps;
  }
}

describe.each(STACKS)("the plan of %s", (stack) => {
  const plan = freshPlanOf(stack, catalogue);
  const place = placeOf(plan.environment);
  const rules = alertingRules(plan);
  const known = new Map<string, boolean>();

  it("is the same value and the same bytes each time", () => {
    const again = freshPlanOf(stack, catalogue);
    expect(JSON.stringify(again)).toBe(JSON.stringify(plan));
    expect([...monitoringFiles(again)]).toEqual([...monitoringFiles(plan)]);
  });

  it("is plain data that JSON keeps whole", () => {
    expect(unserialisable(plan, "plan")).toEqual([]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    const pages = plan.runbooks.map((page) => ({ ...page, markdown: "prose may say anything" }));
    expect(JSON.stringify({ ...plan, runbooks: pages })).not.toMatch(/undefined|NaN|Infinity/);
  });

  it("labels no record with what may change in the life of an SLO, for its history would break in two", () => {
    const records = plan.ruleGroups.flatMap((group) => group.rules.filter((rule) => rule.kind === "record"));
    const labels = records.map((rule) => Object.keys(rule.labels).sort(compareText).join());
    expect(
      labels.filter((names) => !["", "alert,service", "anomaly,service", "service,slo_id"].includes(names)),
    ).toEqual([]);
    expect(labels).toContain("service,slo_id");
  });

  it("has no alert that reads a window of raw series twice, or what an SLO records", () => {
    const windows = (expr: string): readonly string[] =>
      [...expr.matchAll(/(?<![\w:])\w+\{[^}]*\}\[\w+\](?: offset \w+)?/g)].map(([text]) => text);
    // What turns is compared by two functions of one series.
    const twice = rules
      .filter(({ expr }) => !expr.includes("resets("))
      .filter(({ expr }) => new Set(windows(expr)).size < windows(expr).length);
    expect(twice.map(({ alert }) => alert)).toEqual([]);
    const recorded = servicesOf(stack, catalogue).flatMap(({ id, alerts, slos }) =>
      alerts.flatMap((alert) =>
        !isOutage(alert) && alert.measure.kind === "bad-events" && isRecorded(slos, alert.measure)
          ? [`${id}/${alert.name}`]
          : [],
      ),
    );
    const raw = rules.filter(({ expr }) => windows(expr).length > 0);
    const names = new Set(raw.map(({ alert, labels }) => `${labels["service"] ?? ""}/${alert}`));
    expect(recorded.filter((name) => names.has(name))).toEqual([]);
  });

  it("lists its alerts in the order of their identities, each once", () => {
    const keys = plan.alerts.map(identityKey);
    expect(keys).toEqual([...new Set(keys)].sort(compareText));
  });

  it("has one rule per alert and one alert per rule", () => {
    const ofRules = rules.map(({ alert, labels }) => `${alert}/${labels["service"]}/${labels["slo"]}`);
    expect([...ofRules].sort(compareText)).toEqual(plan.alerts.map(identityKey));
  });

  it.each(plan.alerts.map((alert) => ({ key: identityKey(alert), alert })))(
    "gives $key a rule with its labels, its links and a page to read",
    ({ alert }) => {
      const rule = rules.find(
        ({ alert: name, labels }) =>
          name === alert.alertname && labels["service"] === alert.service && labels["slo"] === alert.slo,
      );
      const { category, job, service, severity, slo, team } = alert;
      const own = ["heartbeat", "severity"].includes(alert.kind) ? place : {};
      expect(rule?.labels).toEqual({
        category,
        ...(job === undefined ? {} : { job }),
        service,
        severity,
        slo,
        team,
        ...own,
      });
      expect(rule?.for).toBe(alert.for);
      expect({ cluster: alert.cluster, environment: alert.environment }).toEqual(place);
      expect(rule?.annotations["runbook_url"]).toBe(alert.runbook.url);
      expect(rule?.annotations["dashboard_url"]).toBe(alert.dashboardUrl);
      expect(alert.runbook.url).toMatch(/^https:\/\/[^/]+\/(?:[a-z\d-]+\/)*[a-z\d-]+$/);
      expect(alert.dashboardUrl).toMatch(/^https:\/\/[^/]+\/d\/[a-z\d-]+(?:\?viewPanel=\d+)?$/);
      expect(
        plan.runbooks.filter(
          (page) => page.service === alert.runbook.service && page.slug === alert.runbook.slug,
        ),
      ).toHaveLength(1);
    },
  );

  it.each(rules.map((rule) => ({ name: `${rule.alert} of ${rule.labels["slo"] ?? ""}`, rule })))(
    "tells the place of $name by labels of the rule or of what it reads",
    ({ rule }) => {
      const told = (label: keyof typeof place): string =>
        rule.labels[label] ?? (keepsPlace(rule.expr, plan, known) ? place[label] : "none");
      expect({ cluster: told("cluster"), environment: told("environment") }).toEqual(place);
    },
  );

  it("has a receiver for every route and a route for every receiver", () => {
    const named = (route: MonitoringPlan["routing"]["root"]): readonly string[] => [
      ...(route.receiver === undefined ? [] : [route.receiver]),
      ...route.routes.flatMap(named),
    ];
    const used = [...new Set(named(plan.routing.root))].sort(compareText);
    expect(plan.routing.receivers.map((receiver) => receiver.name).sort(compareText)).toEqual(used);
  });
});
