import { diagnose, type Diagnosis } from "../../review/doctor/diagnosis";
import { contractedMetrics, type RunningServer } from "../../review/running-server";
import { operatorPlan } from "../support/operator";
import { ALERT_TIMERS } from "../../backends/prometheus/alert-timers";

const plan = operatorPlan();

/** A server that does all that the plan says, as its API would tell. */
const HEALTHY: RunningServer = {
  version: "3.5.0",
  retention: "5w",
  flags: {
    "query.lookback-delta": "5m",
    "enable-feature": "",
    "rules.alert.for-grace-period": ALERT_TIMERS.forGracePeriod,
    "rules.alert.for-outage-tolerance": ALERT_TIMERS.forOutageTolerance,
    "rules.alert.resend-delay": ALERT_TIMERS.resendDelay,
  },
  externalLabels: { cluster: "prod-1", prometheus: "monitoring/k8s" },
  alertmanagers: 3,
  series: 1_000,
  groups: plan.ruleGroups.map(({ name, rules }) => ({
    name,
    interval: 30,
    evaluationTime: 0.1,
    rules: rules.map((rule) => ({
      name: rule.kind === "record" ? rule.record : rule.alert,
      health: "ok",
      lastError: "",
    })),
  })),
  targets: plan.scrape.jobs.map(({ job, labels }) => ({
    scrapePool: `podMonitor/monitoring/${job}/0`,
    scrapeUrl: `http://10.0.0.1/${job}`,
    labels: { job, ...labels },
    health: "up",
    lastError: "",
  })),
  labels: new Map(
    contractedMetrics(plan).map(({ selector, declared }) => [
      selector,
      [...declared, "__name__", "job", "le"],
    ]),
  ),
};

const [group] = HEALTHY.groups;
const [target] = HEALTHY.targets;
const metrics = contractedMetrics(plan);
const always = metrics.find((metric) => metric.always && metric.declared.length > 0);
const rare = metrics.find((metric) => !metric.always);
if (group === undefined || target === undefined || always === undefined || rare === undefined) {
  throw new Error("the plan lacks what the tests change");
}
const others = HEALTHY.targets.slice(1);
const rest = HEALTHY.groups.slice(1);
const withLabels = (selector: string, labels: readonly string[]): Partial<RunningServer> => ({
  labels: new Map([...HEALTHY.labels, [selector, labels]]),
});

function saidOf(changes: Partial<RunningServer>): Diagnosis {
  return diagnose(plan, { ...HEALTHY, ...changes }, (way) => `Pulumi.prod.yaml: tocsin:${way.join(".")}`);
}
const lines = (problems: Diagnosis["problems"]): readonly string[] =>
  problems.map(({ path, message }) => `${path}: ${message}`);

describe("a running server", () => {
  it("that does what the plan says has nothing wrong", () => {
    expect(saidOf({})).toEqual({ problems: [], notices: [] });
  });

  it.each<readonly [wrong: string, changes: Partial<RunningServer>, line: string]>([
    ["is too old", { version: "2.53.1" }, "server.version: [2.53.1] does not read durations as numbers"],
    [
      "forgets too early",
      { retention: "10d or 50GiB" },
      "Pulumi.prod.yaml: tocsin:prometheus.retention: [35d] is not what the server keeps, which is [10d or 50GiB]",
    ],
    [
      "forgets by size alone",
      { retention: "50GiB" },
      "Pulumi.prod.yaml: tocsin:prometheus.retention: the server keeps [50GiB], which is no time",
    ],
    [
      "looks back in another way",
      { flags: { ...HEALTHY.flags, "query.lookback-delta": "15m" } },
      "server.flags.query.lookback-delta: [15m] is not [5m], on which the long windows rely",
    ],
    [
      "is that of another cluster",
      { externalLabels: { cluster: "eu-7" } },
      "Pulumi.prod.yaml: tocsin:cluster: [prod-1] is not the external label of the server, which is [eu-7]",
    ],
    ["knows no Alertmanager", { alertmanagers: 0 }, "server.alertmanagers: the server knows no Alertmanager"],
    [
      "has selectors that match no rules",
      { groups: [] },
      `none of its [${group.rules.length}] rules is loaded`,
    ],
    [
      "lacks a rule",
      { groups: [{ ...group, rules: group.rules.slice(1) }, ...rest] },
      `[${group.rules[0]?.name ?? ""}] is not loaded`,
    ],
    [
      "has rules twice, as of two operators",
      { groups: [group, ...HEALTHY.groups] },
      "it is loaded [2] times",
    ],
    [
      "has a rule that fails",
      {
        groups: [
          {
            ...group,
            rules: group.rules.map((rule) => ({ ...rule, health: "err", lastError: "many-to-many" })),
          },
          ...rest,
        ],
      },
      "it fails: many-to-many",
    ],
    ["has selectors that match no monitor", { targets: [] }, "it has no target"],
    [
      "cannot reach a target",
      { targets: [{ ...target, health: "down", lastError: "context deadline exceeded" }, ...others] },
      `[${target.scrapeUrl}] does not answer: context deadline exceeded`,
    ],
    [
      "scrapes a job twice",
      { targets: [{ ...target, scrapePool: "serviceMonitor/shop/api/0" }, ...HEALTHY.targets] },
      "so that its events count more than once",
    ],
    [
      "gives a target other labels",
      { targets: [{ ...target, labels: { ...target.labels, environment: "dev" } }, ...others] },
      `[${target.scrapeUrl}] has the label environment [dev], and not [prod]`,
    ],
    [
      "has no series of a metric",
      withLabels(always.selector, []),
      "there was no series of it within the last hour",
    ],
    [
      "has series without a declared label",
      withLabels(always.selector, ["job"]),
      `no series has the label [${always.declared[0] ?? ""}] that the contract declares`,
    ],
  ])("that %s is wrong", (_wrong, changes, line) => {
    expect(lines(saidOf(changes).problems)).toEqual(expect.arrayContaining([expect.stringContaining(line)]));
  });

  it.each<readonly [seen: string, changes: Partial<RunningServer>, line: string]>([
    ["keeps more", { retention: "1y" }, "[35d] is not what the server keeps, which is [1y]"],
    [
      "has other timers of alerts",
      { flags: { ...HEALTHY.flags, "rules.alert.for-grace-period": "10m" } },
      "server.flags.rules.alert.for-grace-period: [10m] is not [1m]",
    ],
    [
      "has a group that is busy",
      { groups: [{ ...group, evaluationTime: 20 }, ...rest] },
      `server.groups.${group.name}: it takes [20.0 s] of its interval of 30 s`,
    ],
    [
      "scrapes what nobody owns",
      { targets: [...HEALTHY.targets, { ...target, labels: { job: "kubelet" } }] },
      "server.targets: no service owns [kubelet (1)]",
    ],
    ["has not seen an event yet", withLabels(rare.selector, []), "as when nothing has happened yet"],
    [
      "has labels that the contract lacks",
      withLabels(always.selector, [...always.declared, "zone"]),
      "series have [zone], which the contract lacks",
    ],
  ])("that %s may be meant", (_seen, changes, line) => {
    const { problems, notices } = saidOf(changes);
    expect(problems).toEqual([]);
    expect(lines(notices)).toEqual([expect.stringContaining(line)]);
  });
});
