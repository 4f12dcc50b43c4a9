import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { longTermFindings } from "../../config/long-term-rules";
import { longTerm } from "../../config/long-term";
import { checkNeighbours } from "../../generators/neighbours";
import type { Toolchain } from "../../lab/toolchain";
import { testRules } from "../../lab/played-rules";
import type { StackPlace } from "../../plan/environment";
import type { PlannedLongTerm } from "../../plan/long-term";
import { PROGRAMS } from "../../plan/names";
import { environmentInCluster, planInCluster, servicesInCluster } from "../support/long-term";
import { objectsOfPlan } from "../support/pod-programs";
import { containerOf, flag, ofKind, workload, workloads } from "../support/pods";
import { toolchain } from "../support/toolchain";

const HUB = { clusters: ["prod-us-1"] };
const plan = planInCluster("prod-eu-1", HUB);
const thanos = plan.alerts.filter(({ alertname }) => alertname.startsWith("Thanos"));
const tests = ruleTests(plan, servicesInCluster("prod-eu-1", HUB)).filter(({ cases }) =>
  JSON.stringify(cases).includes("Thanos"),
);

describe("what keeps samples for years", () => {
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
  }, 600_000);

  it("is watched by an alert for each program and each way to fail, of which none wakes anybody", () => {
    expect(thanos.map(({ alertname }) => alertname)).toEqual([
      "ThanosCompactorHalted",
      "ThanosCompactorMissing",
      "ThanosCompactorSyncFailing",
      "ThanosQueriesPartial",
      "ThanosQueryFrontendMissing",
      "ThanosQueryMissing",
      "ThanosRulerMissing",
      "ThanosRulesFailing",
      "ThanosSidecarCutOff",
      "ThanosSidecarMissing",
      "ThanosStoreMissing",
      "ThanosStoreSyncFailing",
      "ThanosUploadsFailing",
    ]);
    expect(new Set(thanos.map(({ severity }) => severity))).toEqual(new Set(["warning"]));
    const pages = plan.runbooks.map(({ service, slug }) => `${service}/${slug}`);
    expect(thanos.filter(({ runbook }) => !pages.includes(`${runbook.service}/${runbook.slug}`))).toEqual([]);
  });

  it.each(tests)("has alerts that fire and stay silent: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });

  it("is tried by those tests alert by alert", () => {
    const tried = JSON.stringify(tests);
    expect(thanos.filter(({ alertname }) => !tried.includes(`"alertname":"${alertname}"`))).toEqual([]);
  });
});

describe("where a rule runs", () => {
  const rulerRules = plan.platform.longTerm?.ruleGroups.flatMap(({ rules }) => rules) ?? [];

  it("is decided by what it reads, and said by the plan", () => {
    const local = plan.ruleGroups.reduce((sum, { rules }) => sum + rules.length, 0);
    expect(plan.platform.longTerm?.places).toEqual([
      {
        at: "prometheus",
        rules: local,
        why: "they read [prod-eu-1] alone, and no more than the [120d] that its Prometheus keeps",
      },
      {
        at: "ruler",
        rules: rulerRules.length,
        why: "they add up [prod-eu-1, prod-us-1]; none of them is an alert",
      },
    ]);
    expect(rulerRules).toHaveLength(4);
  });

  it("is never a ruler for an alert, and a ruler tells nobody", () => {
    expect(rulerRules.filter(({ kind }) => kind === "alert")).toEqual([]);
    const { args = [] } = containerOf(workload(objectsOfPlan(plan), PROGRAMS.ruler));
    expect(args.filter((arg) => arg.includes("alertmanager"))).toEqual([]);
  });

  it("is a ruler that is made anew when its rules change, which it reads once", () => {
    const sum = (settings: PlannedLongTerm): unknown => {
      const { object } = workload(
        objectsOfPlan({ ...plan, platform: { ...plan.platform, longTerm: settings } }),
        PROGRAMS.ruler,
      );
      return object.spec?.template.metadata?.annotations;
    };
    const now = plan.platform.longTerm as PlannedLongTerm;
    expect(sum(now)).toEqual({ "checksum/content": expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(
      sum({ ...now, ruleGroups: now.ruleGroups.map((group) => ({ ...group, interval: "7m" })) }),
    ).not.toEqual(sum(now));
    expect(sum({ ...now, image: "quay.io/thanos/thanos:v0.42.5" })).toEqual(sum(now));
  });

  it("is no ruler where no rule spans clusters", () => {
    const alone = planInCluster("prod-eu-1", {});
    expect(alone.platform.longTerm?.places.map(({ at }) => at)).toEqual(["prometheus"]);
    expect(workloads(objectsOfPlan(alone)).map(({ name }) => name)).not.toContain(PROGRAMS.ruler);
    const query = containerOf(workload(objectsOfPlan(alone), PROGRAMS.query));
    expect(query.args?.filter((arg) => arg.includes(PROGRAMS.ruler))).toEqual([]);
  });
});

describe("the pods of a stack that others read", () => {
  const objects = objectsOfPlan(planInCluster("prod-us-1"));

  it("are its Prometheus servers with sidecars, which no readiness depends on", () => {
    const thanosOnes = workloads(objects).filter(({ name }) => name.startsWith("thanos"));
    expect(thanosOnes).toEqual([]);
    const { pod } = workload(objects, PROGRAMS.prometheus);
    const sidecar = pod.containers.find(({ name }) => name === PROGRAMS.sidecar);
    expect(sidecar).toBeDefined();
    expect(sidecar).not.toHaveProperty("readinessProbe");
    const prometheus = containerOf(workload(objects, PROGRAMS.prometheus));
    const [least, most] = ["min", "max"].map((end) => flag(prometheus, `storage.tsdb.${end}-block-duration`));
    expect([least, most]).toEqual(["2h", "2h"]);
  });

  it("may be asked by the query, and the sidecar's metrics by Prometheus", () => {
    const policy = ofKind(objects, "NetworkPolicy").find(({ metadata }) => metadata.name === "prometheus");
    const ports = policy?.spec?.ingress?.map(({ from = [], ports = [] }) => [
      ports.map(({ port }) => port).join(),
      from.some(({ podSelector }) => podSelector?.matchLabels?.["app.kubernetes.io/name"] === "thanos-query"),
    ]);
    expect(ports).toEqual([
      ["web", false],
      ["grpc", true],
      ["sidecar", false],
    ]);
  });
});

describe("a configuration of samples for years that cannot be", () => {
  const seen = (more: object): readonly string[] =>
    longTermFindings({ cluster: "prod-eu-1", ...more }).map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    );
  const hub = (more: object): object => ({ longTerm: { bucket: { cloud: "aws" }, hub: more } });

  it.each([
    ["nothing is said", {}, []],
    [
      "an operator runs Prometheus",
      { backend: "operator", longTerm: { bucket: { cloud: "aws" } } },
      ["longTerm: is set, and tocsin:backend is [operator], whose Prometheus the stack gives no sidecar"],
    ],
    [
      "a store without identities of its own has no keys",
      { longTerm: { bucket: { cloud: "s3" } } },
      ["longTerm.keys: is not set, and a bucket of [s3] knows no service accounts"],
    ],
    [
      "a finer resolution outlives the usual one of a coarser",
      hub({ retention: { raw: "500d" } }),
      ["longTerm.hub.retention.fiveMinutes: [400d] is less than the [500d] of `raw`"],
    ],
    [
      "a coarser one is cut",
      hub({ retention: { raw: "30d", fiveMinutes: "60d", oneHour: "40d" } }),
      ["longTerm.hub.retention.oneHour: [40d] is less than the [60d] of `fiveMinutes`"],
    ],
    [
      "the cluster itself is among the others",
      hub({ clusters: ["prod-eu-1"] }),
      ["longTerm.hub.clusters: [prod-eu-1] is the cluster of this stack"],
    ],
    [
      "a bucket is made by a stack that does not read it, and without keys",
      { longTerm: { bucket: { cloud: "aws", make: {} } } },
      [
        "longTerm.bucket.make: is set in a stack that does not read the bucket",
        "longTerm.keys: is not set, and who may ask the bucket that is made has keys",
      ],
    ],
    ["all is well", hub({ clusters: ["prod-us-1"], retention: { raw: "30d" } }), []],
  ] as const)("is told where %s", (_where, config, expected) => {
    expect(seen(config)).toEqual(expected);
  });

  it("names every key that is no bucket, key or duration", () => {
    const bad = longTerm.safeParse({
      kind: "thanos",
      bucket: { cloud: "s3", name: "Acme", endpoint: "https://objects.example.com" },
      hub: { retention: { raw: "1d" }, replicas: 0 },
    });
    expect(bad.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
      "bucket.name: [Acme] is not the name of a bucket such as acme-metrics-prod",
      "bucket.endpoint: [https://objects.example.com] is not a host and port such as smtp.example.com:587",
      "hub.replicas: [0] is not a whole number from 1 to 10",
      "hub.retention.raw: [1d] is not a duration from 3d to 7300d such as 400d",
    ]);
  });
});

describe("two stacks of one bucket", () => {
  const place = (cluster: string, hub?: object): StackPlace => ({
    environment: environmentInCluster(cluster, hub),
    secrets: {},
  });
  const conflicts = (here: StackPlace, there: StackPlace): readonly string[] =>
    checkNeighbours([], here, [there])
      .filter(({ path }) => path.includes("longTerm"))
      .map(({ message }) => message);

  it("have one compactor and labels of their own, or are refused", () => {
    expect(conflicts(place("prod-eu-1", HUB), place("prod-us-1"))).toEqual([]);
    expect(conflicts(place("prod-eu-1", HUB), place("prod-us-1", HUB))).toEqual([
      "[Pulumi.prod-eu-1.yaml] and [Pulumi.prod-us-1.yaml] both make a compactor of the bucket [acme-metrics-prod], which has one",
    ]);
    const twin = place("prod-eu-1");
    expect(conflicts(place("prod-eu-1", HUB), twin)).toEqual([
      "[Pulumi.prod-eu-1.yaml] and [Pulumi.prod-eu-1.yaml] both make blocks of the cluster [prod-eu-1] and the environment [prod] in the bucket [acme-metrics-prod]",
    ]);
  });
});
