import { backendNotices, checkBackend } from "../../backends/check";
import { managedPrometheus } from "../../backends/gmp/content";
import { grafanaAlerting } from "../../backends/grafana-alerting/content";
import { catalogue } from "../../catalogue";
import { monitoringFiles } from "../../backends/files";
import { boundPlan } from "../support/plan";

/** As its document has it: metrics with Google, alerts with Grafana. */
const plan = boundPlan("prod", { bytspot: { metrics: "gmp", alerts: "grafana" } }, catalogue);
const bytspot = catalogue.services.find(({ id }) => id === "bytspot");

const expected = plan.ruleGroups.filter(({ file }) => file === "bytspot").flatMap(({ rules }) => rules);

describe("Bytspot where its document has it", () => {
  const objects = managedPrometheus(plan, {})?.objects ?? [];
  const records = objects
    .flatMap((object) => ("groups" in object.spec ? object.spec.groups : []))
    .flatMap(({ rules }) => rules);

  it("is scraped and recorded by Google Managed Prometheus, with no rule left to the stack's own", () => {
    const scraped = objects
      .filter(({ kind }) => kind === "PodMonitoring")
      .map(({ metadata }) => metadata.name);
    expect(scraped).toEqual(bytspot?.telemetry.jobs.map(({ name }) => name).sort());
    expect(records.map((rule) => ("record" in rule ? rule.record : "an alert"))).toEqual(
      expected.flatMap((rule) => (rule.kind === "record" ? [rule.record] : [])),
    );
    expect([...monitoringFiles(plan).keys()]).not.toContain("prometheus/rules/bytspot.yml");
    expect(checkBackend(plan)).toEqual([]);
  });

  it("alerts by Grafana, each of its alerts once", () => {
    const titles = grafanaAlerting(plan)?.ruleGroups.flatMap(({ rules }) => rules.map(({ title }) => title));
    const names = expected.flatMap((rule) => (rule.kind === "alert" ? [rule.alert] : []));
    expect(titles).toEqual(names);
    expect(names).toContain("ApiLatencyP95High");
  });

  it("pages by Grafana as its document asks, and leads to the runbook of latency", () => {
    const groups = grafanaAlerting(plan)?.ruleGroups ?? [];
    expect(
      groups.flatMap(({ rules }) => rules).find(({ title }) => title === "ApiLatencyP95High"),
    ).toMatchObject({
      for: "5m",
      labels: { severity: "critical", service: "bytspot" },
      annotations: { runbook_url: expect.stringMatching(/^https:.*latency/) },
    });
  });

  it("is said to differ there: no stale markers, and rules that compare with the past are untested", () => {
    const said = backendNotices(plan).map(({ message }) => message);
    expect(said.filter((message) => message.includes("unless ... offset"))).toEqual([
      expect.stringMatching(/^\[[1-9]\d*\] rules compare .* untested there$/),
    ]);
    expect(backendNotices(plan).map(({ path }) => path)).toContain("services.bytspot.gmp.staleness");
  });
});
