import { catalogue } from "../../catalogue";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { planOf } from "../support/plan";
import { STACKS } from "../support/stacks";

const plans: Readonly<Record<(typeof STACKS)[number], MonitoringPlan>> = {
  dev: planOf("dev", catalogue),
  prod: planOf("prod", catalogue),
  staging: planOf("staging", catalogue),
};

/** The size of what an environment runs, and what it promises of backups. */
function size({ platform, autoscalers, buckets }: MonitoringPlan): object {
  return {
    prometheus: platform.prometheus.replicas,
    alertmanager: platform.alertmanager.replicas,
    runbooks: platform.runbookSite.replicas,
    autoscalers: autoscalers.map((one) => `${one.name} ${one.minReplicas}..${one.maxReplicas}`),
    backups: buckets.map((one) => `${one.backup} kept ${one.keepDays} d, locked ${one.lockDays} d`),
  };
}

/** Everything about alerts but where they lead: who, how bad, how long. */
function alertsOf({ alerts }: MonitoringPlan, services: readonly string[]): readonly string[] {
  return alerts
    .filter(({ service }) => services.includes(service))
    .map((alert) => [alert.service, alert.slo, alert.alertname, alert.severity, alert.for].join(" "));
}

const EVERYWHERE = ["backend", "envsync", "omnihub"] as const;

describe("the environments differ as they are meant to, and in nothing else", () => {
  it("watch the same services, but for those that a document has live in prod only", () => {
    const watched = (plan: MonitoringPlan): readonly string[] => plan.services.map(({ id }) => id);
    expect(watched(plans.dev)).toEqual([...EVERYWHERE, "tocsin"]);
    expect(watched(plans.staging)).toEqual([...EVERYWHERE, "tocsin"]);
    expect(watched(plans.prod)).toEqual(["backend", "bytspot", "engram", ...EVERYWHERE.slice(1), "tocsin"]);
  });

  it("have the same alerts on them, at the same severity and patience", () => {
    const prod = alertsOf(plans.prod, EVERYWHERE);
    expect(prod.length).toBeGreaterThan(100);
    expect(alertsOf(plans.dev, EVERYWHERE)).toEqual(prod);
    expect(alertsOf(plans.staging, EVERYWHERE)).toEqual(prod);
  });

  it("promise the same, and count it over the same windows", () => {
    const promised = (plan: MonitoringPlan): readonly string[] =>
      plan.slos
        .filter(({ service }) => EVERYWHERE.some((one) => one === service))
        .map(({ id, objective, window, response }) => [id, objective, window, response].join(" "));
    expect(promised(plans.dev)).toEqual(promised(plans.prod));
    expect(promised(plans.staging)).toEqual(promised(plans.prod));
  });

  it("watch Alertmanagers against each other where there is more than one", () => {
    const own = (plan: MonitoringPlan): readonly string[] => alertsOf(plan, ["tocsin"]);
    const ofReports = (alert: string): boolean => /Digest|Report/.test(alert);
    expect(own(plans.staging)).toEqual(own(plans.prod).filter((alert) => !ofReports(alert)));
    expect(own(plans.prod).filter(ofReports)).toHaveLength(4);
    const more = own(plans.staging).filter((alert) => !own(plans.dev).includes(alert));
    expect(more.map((alert) => alert.split(" ")[2])).toEqual([
      "AlertmanagerConfigInconsistent",
      "AlertmanagerMembersInconsistent",
      "AlertmanagerTargetMissing",
    ]);
  });

  it("wake people in prod only, and have a dead man's switch outside where somebody relies on them", () => {
    const kinds = (plan: MonitoringPlan): object => ({
      paging: plan.environment.paging,
      pages: JSON.stringify(plan.routing.receivers).includes('"kind":"pagerduty"'),
      mail: plan.digest !== undefined,
      deadMansSwitch: plan.routing.receivers.some(({ purpose }) => purpose === "heartbeat"),
    });
    const quiet = { paging: false, pages: false, mail: false };
    expect(kinds(plans.dev)).toEqual({ ...quiet, deadMansSwitch: false });
    expect(kinds(plans.staging)).toEqual({ ...quiet, deadMansSwitch: true });
    expect(kinds(plans.prod)).toEqual({ paging: true, pages: true, mail: true, deadMansSwitch: true });
  });

  it("are as large as they are important", () => {
    expect(size(plans.dev)).toEqual({
      prometheus: 1,
      alertmanager: 1,
      runbooks: 1,
      autoscalers: ["api-gateway 1..2"],
      backups: ["database kept 7 d, locked 0 d"],
    });
    expect(size(plans.staging)).toEqual({
      prometheus: 2,
      alertmanager: 2,
      runbooks: 2,
      autoscalers: ["api-gateway 2..4"],
      backups: ["database kept 14 d, locked 7 d"],
    });
    expect(size(plans.prod)).toEqual({
      prometheus: 2,
      alertmanager: 3,
      runbooks: 2,
      autoscalers: ["api-gateway 3..20"],
      backups: ["tenants kept 35 d, locked 30 d", "database kept 35 d, locked 30 d"],
    });
  });
});
