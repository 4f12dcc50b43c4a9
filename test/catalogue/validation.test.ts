import { readFileSync } from "node:fs";
import path from "node:path";
import { backendNotices, checkBackend } from "../../backends/check";
import { checkRuleFiles, fittingRuleFiles } from "../../backends/kubernetes/rule-files";
import { checkClaims, reserveNotices } from "../../backends/kubernetes/reserves";
import { checkRunbookSite, runbookNotices } from "../../backends/runbook-site/check";
import { refusedFile, unreadFiles } from "../../cli/server-check";
import { checkKubeconfig } from "../../config/kubeconfig";
import { configNotices } from "../../config/notices";
import { completeSecrets, receiverKeys } from "../../config/secrets";
import { parseStack } from "../../config/stack-file";
import { readContent } from "../../config/content";
import { maintenanceNotices } from "../../generators/maintenance";
import { parsePackConfig } from "../../evaluation/policy-config";
import { buckets, checkPlaces, placeNotices } from "../../generators/buckets";
import { generatePlan, planFrom } from "../../generators/monitoring-plan";
import { objectiveNotices } from "../../generators/objective-notices";
import { ownQueryNotices } from "../../generators/own-query-checks";
import { readRunbook } from "../../generators/runbooks";
import { checkIncidents } from "../../lab/workload/playable";
import type { Content } from "../../plan/content";
import type { Environment, StackPlace } from "../../plan/environment";
import { defineService } from "../../parts/define-service";
import { backupStore } from "../../parts/backup-store";
import { monitoringState } from "../../parts/monitoring-state";
import type { LongTermSettings } from "../../plan/long-term";
import { checkShards } from "../../generators/shards";
import { longTermNotices } from "../../generators/long-term-notices";
import type { MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";
import { services } from "../fixture/services";
import type { Alert, MeasuredAlert } from "../../slo/alert";
import type { ReplicaRange } from "../../slo/autoscaling";
import type { Backup } from "../../slo/backup";
import { allOfSteps, step } from "../../slo/journey";
import type { Level } from "../../slo/measure";
import { nearest, suggestion } from "../../slo/nearest";
import { PROBLEM_CODES, type Problem, type ProblemCode } from "../../slo/problem";
import type { Service, Slo } from "../../slo/service";
import { queryRatio, type LatencyRatioSli, type RequestRatioSli, type Step } from "../../slo/sli";
import { TARGET_LABELS, where, type Counter, type Gauge, type Histogram } from "../../slo/telemetry";
import { DATABASE } from "../support/backups";
import { boundPlan, planOf, secretText } from "../support/plan";
import { ENVIRONMENTS, FIXTURE, ROOT, environmentFor, environmentOf } from "../support/stacks";

/** A mistake, and every problem that it must lead to. */
interface Mistake {
  readonly sentence: string;
  readonly make: () => readonly Problem[];
  readonly expected: readonly Pick<Problem, "path" | "message">[];
}

/** Without the panels that it declares: they read the contract, too, and a mistake there would be reported twice. */
const orders: Service = {
  ...the(services, (service) => service.id === "orders"),
  sloRows: [],
  dashboards: [],
};
const content = readContent(FIXTURE.root);
const availability = sloCalled("api-availability");
const latency = sloCalled("api-latency");
const killSwitch = alertCalled("KillSwitchEnabled") as MeasuredAlert & { readonly measure: Level };
const targetsDown = alertCalled("TargetsDown") as MeasuredAlert;
const highLatency = alertCalled("HighLatency") as MeasuredAlert;
const requestSli = availability.sli as RequestRatioSli;
const latencySli = latency.sli as LatencyRatioSli;

const prod = planOf("prod");
const reserved: readonly string[] = TARGET_LABELS;

/** A plan in which another page has the address of one that is there. */
function withPage(plan: MonitoringPlan, place: Pick<RunbookPage, "service" | "slug">): MonitoringPlan {
  const page = the(plan.runbooks, ({ service, slug }) => service === "orders" && slug === "service-down");
  return { ...plan, runbooks: [...plan.runbooks, { ...page, ...place }] };
}

function withAddress(plan: MonitoringPlan, address: string): MonitoringPlan {
  const runbookSite = { ...plan.platform.runbookSite, addresses: [address] };
  return { ...plan, platform: { ...plan.platform, runbookSite } };
}

function withoutIngress(plan: MonitoringPlan): MonitoringPlan {
  const { replicas, image, resources, addresses } = plan.platform.runbookSite;
  const runbookSite = { replicas, image, resources, addresses };
  return { ...plan, platform: { ...plan.platform, runbookSite } };
}

/** Both servers with other settings. */
function withServers(
  change: Partial<Pick<MonitoringPlan["platform"]["prometheus"], "replicas" | "storage">>,
): MonitoringPlan {
  const { prometheus, alertmanager } = prod.platform;
  return {
    ...prod,
    platform: {
      ...prod.platform,
      prometheus: { ...prometheus, ...change },
      alertmanager: { ...alertmanager, ...change },
    },
  };
}

function the<T>(items: readonly T[], is: (item: T) => boolean): T {
  const item = items.find(is);
  if (item === undefined) {
    throw new Error("the orders service no longer has what this test changes");
  }
  return item;
}

function sloCalled(id: string): Slo {
  return the(orders.slos, (slo) => slo.id === id);
}

function alertCalled(name: string): Alert {
  return the(orders.alerts, (alert) => alert.name === name);
}

function problemsOf(
  declared: Service | readonly Service[],
  own: Content = content,
  retention = environmentOf("prod").prometheus.retention,
  backends: Environment["backends"] = {},
): readonly Problem[] {
  const all = [declared].flat();
  const prod = { ...environmentFor("prod", all), backends };
  const result = generatePlan(all, { ...prod, prometheus: { ...prod.prometheus, retention } }, own);
  return result.ok ? [] : result.problems;
}

const BACKUPS = {
  cloud: "aws",
  prefix: "orders",
  account: "310000000003",
  region: "eu-central-1",
} as const;

/** A second production that shares nothing with the first but the cluster's name. */
const APART: Partial<Environment> = {
  stack: "prod-2",
  kubernetes: { ...environmentOf("prod").kubernetes, namespace: "monitoring-2", context: "other" },
  runbooks: { default: "https://runbooks-2.orders.dev" },
  backups: { ...BACKUPS, prefix: "second" },
};

/** What prod is told of another stack, where no service is scaled. */
function conflicts(
  other: Partial<Environment>,
  all: readonly Service[] = [{ ...orders, autoscaling: [] }],
  kubeconfig?: string,
): readonly Problem[] {
  const environment = environmentFor("prod", all);
  const there = { ...environment, ...other };
  const secrets = kubeconfig === undefined ? {} : { kubeconfig };
  const result = planFrom(
    { ok: true, environment, secrets },
    { services: all, environments: ENVIRONMENTS },
    content,
    [{ environment: there, secrets }],
  );
  return result.ok ? [] : result.problems;
}

/** A stack of a cluster that writes into the bucket [metrics], and reads it with these others where they are given. */
function longTermStack(cluster: string, clusters?: readonly string[]): StackPlace {
  const environment = environmentFor("prod", [orders]);
  const resources = { cpu: "100m", memory: "128Mi" };
  const part = { resources };
  const storing = { resources, storage: { size: "10Gi" } };
  const longTerm: LongTermSettings = {
    kind: "thanos",
    image: "thanos",
    bucket: { cloud: "aws", name: "metrics", region: "eu-central-1" },
    sidecar: part,
    ...(clusters === undefined
      ? {}
      : {
          hub: {
            ...{ replicas: 2, clusters, endpoints: [], query: part, queryFrontend: part },
            ...{ store: storing, compactor: storing, ruler: storing },
            retention: { raw: "90d", fiveMinutes: "365d", oneHour: "1825d" },
          },
        }),
  };
  return { environment: { ...environment, cluster, longTerm }, secrets: {} };
}

/** What is said of an SLO that is built. */
function noticesOf(changed: Slo): readonly Problem[] {
  const result = generatePlan([withSlo(changed)], environmentFor("prod", [orders]), content);
  return result.ok ? objectiveNotices(result.plan) : result.problems;
}

function withSlo(changed: Slo): Service {
  return { ...orders, slos: orders.slos.map((slo) => (slo.id === changed.id ? changed : slo)) };
}

/** With one more objective, on queries of its own. */
function withQuery(errors: string): Service {
  const total = the(orders.telemetry.metrics, ({ name }) => name === "http_requests_total");
  const series = 'http_requests_total{job="api-gateway"}';
  const queried = orders.slos.slice(0, 1).map((slo) => ({
    ...slo,
    id: "queried",
    sli: queryRatio({
      errors,
      total: "sum(increase(http_requests_total[$window]))",
      reads: [total],
      examples: [{ growing: { [series]: 10 }, errors: 1, total: 10 }],
    }),
  }));
  return { ...orders, slos: [...orders.slos, ...queried] };
}

function withAlert(name: string, change: Partial<MeasuredAlert>): Service {
  return {
    ...orders,
    alerts: orders.alerts.map((alert) => (alert.name === name ? { ...alert, ...change } : alert)),
  };
}

function withMinimum(atLeast: number): Service {
  return withAlert("HighLatency", { atLeast });
}

function withSwitch(change: Partial<Level>): Service {
  return withAlert("KillSwitchEnabled", { measure: { ...killSwitch.measure, ...change } });
}

function withReplicas(range: ReplicaRange): Service {
  return {
    ...orders,
    autoscaling: orders.autoscaling.map((one) => ({ ...one, replicas: { default: range } })),
  };
}

function withProjection(by: string): Service {
  const [{ job }] = orders.autoscaling as [Service["autoscaling"][number]];
  const projection = { default: [], prod: [{ by, load: 2_001 }] };
  const carrier = { kind: "autoscaler", job, each: 200, use: "50%", figures: "measured" } as const;
  const load = { id: "load", title: "Load", unit: "requests a second", projection };
  return { ...orders, capacity: [{ ...load, carriedBy: [carrier] }] };
}

function withBackup(change: Partial<Backup>): Service {
  return { ...orders, backups: orders.backups.map((one) => ({ ...one, ...change })) };
}

const withStore: Service = withBackup({ store: DATABASE.store });

function withoutBackups(stack: string): Environment {
  const { backups, ...environment } = environmentFor(stack, [withStore]);
  expect(backups).toBeDefined();
  return environment;
}

/** An environment that wants a second region. */
function replicating(change: Partial<Environment>): Environment {
  const environment = environmentFor("prod", [withStore]);
  const traits = { ...environment.environments["prod"], replicatesBackups: true };
  return { ...environment, environments: { ...environment.environments, prod: traits }, ...change };
}

/** What is said of a stack that has a Grafana token and every secret of its receivers but these. */
function missing(keys: readonly string[], others: Readonly<Record<string, string>> = {}): readonly Problem[] {
  const set = receiverKeys(prod).filter((key) => !keys.includes(key));
  const result = completeSecrets("prod", prod, {
    receivers: { ...Object.fromEntries(set.map((key) => [key, secretText(prod, key)])), ...others },
    grafanaToken: "token",
  });
  return result.ok ? [] : result.problems;
}

function withMetric(metric: Service["telemetry"]["metrics"][number]): Service {
  const { telemetry } = orders;
  return { ...orders, telemetry: { ...telemetry, metrics: [...telemetry.metrics, metric] } };
}

/** What is said of the first job once some of it is otherwise. */
function jobProblems(change: Partial<Service["telemetry"]["jobs"][number]>): readonly string[] {
  const [first, ...others] = orders.telemetry.jobs;
  const jobs = first === undefined ? [] : [{ ...first, ...change }, ...others];
  return problemsOf({ ...orders, telemetry: { ...orders.telemetry, jobs } }).map(
    ({ path: where, message }) =>
      `${where.replace("services.orders.telemetry.jobs.api-gateway.", "")}: ${message}`,
  );
}

function withGauge(declared: readonly Service["telemetry"]["metrics"][number][]): Service {
  const others = orders.telemetry.metrics.filter((metric) => metric.name !== killSwitch.measure.gauge.name);
  return { ...orders, telemetry: { ...orders.telemetry, metrics: [...others, ...declared] } };
}

function withRunbook(slug: string, change: (text: string) => string): Content {
  return {
    runbooks: content.runbooks.map((page) =>
      page.service === orders.id && page.slug === slug ? { ...page, text: change(page.text) } : page,
    ),
  };
}

/** Pages that ask for targets where they asked for a metric. */
function withoutQueriesOf(metric: string): Content {
  return {
    runbooks: content.runbooks.map((page) => ({ ...page, text: page.text.replaceAll(metric, "up") })),
  };
}

/** A rule group that takes so many bytes. */
function group(bytes: number): RuleGroup {
  const empty: RuleGroup = { name: `of-${bytes}-bytes`, interval: "30s", file: "orders", rules: [] };
  const padded = (expr: string): RuleGroup => ({
    ...empty,
    rules: [{ kind: "record", record: "slo:padding", expr, labels: {} }],
  });
  const { length } = fittingRuleFiles({ ruleGroups: [padded("1")] })[0]?.text ?? "";
  return padded("1".repeat(bytes - length + 1));
}

function withoutRunbook(slug: string): Content {
  return { runbooks: content.runbooks.filter((page) => page.slug !== slug) };
}

function stackProblems(from: string, to: string): readonly Problem[] {
  const text = readFileSync(path.join(ROOT, "Pulumi.dev.yaml"), "utf8");
  const result = parseStack("Pulumi.dev.yaml", text.replace(from, to), ENVIRONMENTS);
  return result.ok ? [] : result.problems;
}

const asCounter = (gauge: Gauge): Service["telemetry"]["metrics"][number] => ({
  name: gauge.name,
  help: gauge.help,
  job: gauge.job,
  labels: gauge.labels,
  type: "counter",
  initialisedToZero: true,
});

/** One mistake per kind of problem; the type of the table keeps it complete. */
const MISTAKES: Readonly<Record<ProblemCode, Mistake>> = {
  "alert-identity-duplicate": {
    sentence: "an alert is declared twice",
    make: () => problemsOf({ ...orders, alerts: [...orders.alerts, targetsDown] }),
    expected: [
      {
        path: "alerts.TargetsDown/orders/none-TargetsDown",
        message: "two alerts are called [TargetsDown/orders/none-TargetsDown]",
      },
    ],
  },
  "alert-name-two-meanings": {
    sentence: "a latency alert takes the name of the kill switch's alert",
    make: () =>
      problemsOf(
        withAlert("HighLatency", { name: "KillSwitchEnabled" }),
        withRunbook("high-latency", (text) => text.replace("[HighLatency", "[KillSwitchEnabled")),
      ),
    expected: [
      {
        path: "services.orders.alerts.KillSwitchEnabled",
        message: "this name means bad-events and level",
      },
    ],
  },
  "autoscaling-invalid": {
    sentence: "an autoscaler may have fewer replicas than it must",
    make: () => problemsOf(withReplicas({ min: 3, max: 2 })),
    expected: [
      {
        path: "services.orders.autoscaling.api-gateway",
        message: "[3..2] replicas in [default] is not a range of whole numbers from 1 to 1000",
      },
    ],
  },
  "backend-differs": {
    sentence: "Grafana evaluates alerts without Alertmanager's inhibition",
    make: () =>
      backendNotices(boundPlan("dev", { orders: { metrics: "kubernetes", alerts: "grafana" } })).filter(
        ({ path: where }) => where.endsWith("inhibition"),
      ),
    expected: [
      {
        path: "services.orders.grafana.inhibition",
        message: "a page does not silence a less severe alert: both arrive, the less severe one in chat",
      },
    ],
  },
  "backend-unable": {
    sentence: "Grafana is to evaluate every 15 seconds",
    make: () => {
      const plan = boundPlan("dev", { orders: { metrics: "kubernetes", alerts: "grafana" } });
      const [group] = plan.ruleGroups.filter(({ name }) => name === "alerts:orders");
      return group === undefined
        ? []
        : checkBackend({ ...plan, ruleGroups: [{ ...group, interval: "15s" }] });
    },
    expected: [
      {
        path: "grafana.ruleGroups.alerts:orders.interval",
        message: "Grafana evaluates at multiples of 10 s, and [15s] is not one",
      },
    ],
  },
  "backup-homeless": {
    sentence: "a store is declared, and the stack does not say where backups go",
    make: () => checkPlaces([withStore], withoutBackups("prod")),
    expected: [
      {
        path: "services.orders.backups.database",
        message: "nobody backs up [database] in [prod]: the stack [prod] does not say where to",
      },
    ],
  },
  "backup-invalid": {
    sentence: "a backup is locked for longer than it is kept",
    make: () => problemsOf(withBackup({ keepDays: { default: 30 }, lockDays: { default: 31 } })),
    expected: [
      {
        path: "services.orders.backups.database",
        message: "kept for [30] days and locked for [31] in [default]",
      },
    ],
  },
  "backup-unable": {
    sentence: "an environment wants backups in a second region, and its place is one",
    make: () => checkPlaces([withStore], replicating({})),
    expected: [
      {
        path: "services.orders.backups.database",
        message:
          "[prod] wants backups in a second region, and [prod] keeps [orders-orders-database-prod] in one of [aws]",
      },
    ],
  },
  "budget-policy-invalid": {
    sentence: "an error budget policy forgets what to do with little left",
    make: () => problemsOf({ ...orders, budgetPolicy: (orders.budgetPolicy ?? []).slice(0, -1) }),
    expected: [
      {
        path: "services.orders.budgetPolicy",
        message: "an alert warns below [10%] of the budget, where no state begins",
      },
      {
        path: "services.orders.budgetPolicy",
        message: "no state covers [0%..10%] of the budget",
      },
    ],
  },
  "burn-threshold-unreachable": {
    sentence: "an objective is so low that the fast page could never fire",
    make: () => noticesOf({ ...availability, objective: { default: "90%" } }),
    expected: [
      {
        path: "services.orders.slos.api-availability.objective",
        message:
          "[90%] leaves out what would need more than every event to be bad: " +
          "page-fast at 13.44 times the budget over 1h (a ratio of 1.344)",
      },
    ],
  },
  "condition-unfit": {
    sentence: "a share of targets waits for bad events, and a switch to be unusual",
    make: () => [
      ...problemsOf(withAlert("TargetsDown", { atLeast: 5, orAbsent: true })),
      ...problemsOf(
        withAlert("KillSwitchEnabled", { when: { unusual: { times: 3, moreThanPerMinute: 5 } } }),
      ),
    ],
    expected: [
      {
        path: "services.orders.alerts.TargetsDown.atLeast",
        message: "a measure of kind [targets-up] counts no bad events",
      },
      {
        path: "services.orders.alerts.TargetsDown.orAbsent",
        message: "a measure of kind [targets-up] is not a level or an age of a gauge",
      },
      {
        path: "services.orders.alerts.KillSwitchEnabled.when.unusual",
        message: "only a rate per second over 15m is compared with its past, not [level]",
      },
    ],
  },
  "capacity-exceeded": {
    sentence: "an autoscaler may not have the replicas that the projected load takes",
    make: () => problemsOf(withProjection("2027-12-31")),
    expected: [
      {
        path: "services.orders.capacity.load.projection.prod",
        message:
          "[2001] requests a second are expected by [2027-12-31], and [2000] are carried: 50% of [20] replicas of api-gateway with 200 each",
      },
    ],
  },
  "capacity-invalid": {
    sentence: "a load is expected on a day that there is not",
    make: () => problemsOf(withProjection("2027-02-29")),
    expected: [
      { path: "services.orders.capacity.load.projection.prod", message: "[2027-02-29] is not a day" },
    ],
  },
  "config-map-too-large": {
    sentence: "a rule group takes more than a ConfigMap holds",
    make: () => checkRuleFiles({ ruleGroups: [group(500), group(501)] }, 500),
    expected: [
      {
        path: "services.orders.ruleGroups.of-501-bytes",
        message: "the rule group takes [501] bytes, and a ConfigMap holds 500",
      },
    ],
  },
  "configuration-invalid": {
    sentence: "a stack writes a retention in words",
    make: () => stackProblems("retention: 35d", "retention: 35 days"),
    expected: [
      {
        path: "Pulumi.dev.yaml: tocsin:prometheus.retention",
        message: "[35 days] is not a duration from 1d to 3650d such as 35d",
      },
    ],
  },
  "dashboard-uid-duplicate": {
    sentence: "a service takes the uid of the overview of all SLOs",
    make: () =>
      problemsOf(
        { ...orders, dashboard: "monitoring" },
        {
          runbooks: content.runbooks.map((page) => ({
            ...page,
            text: page.text.replace("dashboard: orders-slo", "dashboard: monitoring"),
          })),
        },
      ),
    expected: [
      {
        path: "dashboards.monitoring",
        message: "dashboard [monitoring] is claimed by [orders, tocsin]",
      },
    ],
  },
  "duration-invalid": {
    sentence: "an alert waits for a fraction of an hour",
    make: () => problemsOf(withAlert("TargetsDown", { for: "1.5h" })),
    expected: [{ path: "services.orders.alerts.TargetsDown.for", message: "[1.5h] is not a duration" }],
  },
  "environment-unknown": {
    sentence: "a service lives in an environment that nobody has",
    make: () => problemsOf({ ...orders, environments: ["prod", "qa"] }),
    expected: [{ path: "services.orders.environments", message: "[qa] is not an environment" }],
  },
  "errors-unselected": {
    sentence: "an SLI says nothing about which requests are bad",
    make: () => problemsOf(withSlo({ ...availability, sli: { ...requestSli, errors: [] } })),
    expected: [
      {
        path: "services.orders.slos.api-availability.sli.errors",
        message:
          "[] selects no errors of [http_requests_total], so that every request would count as an error",
      },
    ],
  },
  "event-value-invalid": {
    sentence: "a switch is compared with a word",
    make: () => problemsOf(withAlert("KillSwitchEnabled", { when: { equals: "on" } })),
    expected: [
      {
        path: "services.orders.alerts.KillSwitchEnabled.when.equals",
        message: "[on] is not a decimal number that a gauge can have",
      },
    ],
  },
  "file-refused": {
    sentence: "promtool cannot read a rule file",
    make: () => [
      refusedFile("prod", {
        file: "prometheus/rules/orders.yml",
        program: "promtool",
        says: "unclosed action",
      }),
    ],
    expected: [
      { path: "prod: prometheus/rules/orders.yml", message: "promtool refuses it: unclosed action" },
    ],
  },
  "file-unread": {
    sentence: "promtool is nowhere on this machine",
    make: () => unreadFiles([{ program: "promtool", why: "not on PATH" }]),
    expected: [
      {
        path: "promtool",
        message: "was not found (not on PATH), so prometheus.yml and the rules were not read by it",
      },
    ],
  },
  "group-wait-ignored": {
    sentence: "an alert that only writes to chat overrides the group wait",
    make: () => problemsOf(withAlert("TargetsDown", { groupWait: "0s" })),
    expected: [
      {
        path: "services.orders.alerts.TargetsDown.groupWait",
        message: "[0s] would have no effect on an alert of severity [warning]",
      },
    ],
  },
  "identifier-invalid": {
    sentence: "a team is written as a name",
    make: () => problemsOf({ ...orders, team: "Omni Hub" }),
    expected: [{ path: "services.orders.team", message: "[Omni Hub] is not an identifier" }],
  },
  "image-foreign": {
    sentence: "an image has the name of another program than it is for, and one is a mirror's",
    make: () => {
      const { prometheus, alertmanager, ...rest } = environmentOf("prod");
      const mirrored = {
        ...alertmanager,
        image: "registry.example.com:5000/mirror/quay-alertmanager:v0.31.1",
      };
      const environment = {
        ...rest,
        prometheus: { ...prometheus, image: "prometheus/nginx:v3.15.0" },
        alertmanager: mirrored,
      };
      return configNotices("Pulumi.prod.yaml", environment, prod, { receivers: {} });
    },
    expected: [
      {
        path: "Pulumi.prod.yaml: tocsin:prometheus.image",
        message: "[prometheus/nginx:v3.15.0] has a name without [prometheus]",
      },
    ],
  },
  "incident-unplayable": {
    sentence: "an incident takes the targets of a job away that nothing scrapes",
    make: () =>
      checkIncidents([
        {
          ...orders,
          incidents: [
            {
              id: "api-gone",
              says: "the API is gone",
              alerts: ["ServiceDown"],
              fault: { targets: { job: "api-getaway", up: 0 } },
            },
          ],
        },
      ]),
    expected: [
      {
        path: "orders.incidents.api-gone",
        message:
          "[orders] does not have the job [api-getaway]; it has " +
          `[${orders.telemetry.jobs.map(({ name }) => name).join(", ")}]`,
      },
    ],
  },
  "journey-invalid": {
    sentence: "a journey has a step of a service that is not there",
    make: () => {
      const [first, second] = orders.slos.map(({ id }) => step(orders, id));
      const sli = allOfSteps({ ...(first as Step), service: "omnihob" }, second as Step);
      const slos = orders.slos.slice(0, 1).map((slo) => ({ ...slo, id: "journey", sli }));
      const own = { telemetry: { jobs: [], metrics: [] }, slos, alerts: [], autoscaling: [], backups: [] };
      return problemsOf([orders, { ...orders, ...own, id: "journeys", dashboard: "journeys-slo" }]);
    },
    expected: [
      {
        path: "services.journeys.slos.journey.sli.steps",
        message: "[omnihob] of [omnihob/api-availability] is no service of the catalogue",
      },
    ],
  },
  "job-name-duplicate": {
    sentence: "a second service says something else of the jobs of the first",
    make: () =>
      problemsOf([
        orders,
        {
          ...orders,
          id: "tradeline",
          dashboard: "tradeline-slo",
          telemetry: {
            ...orders.telemetry,
            jobs: orders.telemetry.jobs.map((own) => ({ ...own, port: "admin" })),
          },
          slos: [],
          alerts: [],
          autoscaling: [],
        },
      ]),
    expected: orders.telemetry.jobs
      .map(({ name }) => name)
      .sort()
      .map((job) => ({
        path: `jobs.${job}`,
        message: `job [${job}] is declared differently by [orders, tradeline]: port ["metrics", "admin"]`,
      })),
  },
  "kubeconfig-unusable": {
    sentence: "the kubeconfig is a path that leads nowhere",
    make: () =>
      checkKubeconfig("prod", { ...prod.platform.kubernetes, kubeconfig: "absent" }, undefined, "/nowhere"),
    expected: [
      {
        path: "Pulumi.prod.yaml: tocsin:kubernetes.kubeconfig",
        message: "the kubeconfig [/nowhere/absent] is not there",
      },
    ],
  },
  "label-reserved": {
    sentence: "metrics have labels that the target, their type or the rules set",
    make: () =>
      problemsOf({
        ...orders,
        telemetry: {
          ...orders.telemetry,
          metrics: [
            ...orders.telemetry.metrics,
            {
              ...killSwitch.measure.gauge,
              name: "orders_odd",
              labels: { service: ["a"], le: ["1"], team: ["a"], exported_job: ["a"] },
            },
          ],
        },
      }),
    expected: [
      {
        path: "services.orders.telemetry.metrics.orders_odd.labels.le",
        message: "[le] of [orders_odd] is the label of a bucket or a quantile",
      },
      {
        path: "services.orders.telemetry.metrics.orders_odd.labels.service",
        message:
          "[service] of [orders_odd] is a label of the target, which hides the program's own: conditions on it would match nothing",
      },
      {
        path: "services.orders.telemetry.metrics.orders_odd.labels.team",
        message:
          "[team] of [orders_odd] is a label that the generated rules set, so that the program's own is lost in them",
      },
    ],
  },
  "label-undeclared": {
    sentence: "an alert looks at a label that its gauge does not have",
    make: () => problemsOf(withSwitch({ where: [{ label: "mode", op: "=", value: "on" }] })),
    expected: [
      {
        path: "services.orders.alerts.KillSwitchEnabled.measure.gauge",
        message: "label [mode] is not a label of [orders_emergency_control]",
      },
    ],
  },
  "label-value-undeclared": {
    sentence: "an alert looks for a value that its gauge never has",
    make: () => problemsOf(withSwitch({ where: [{ label: "control", op: "=", value: "kill-switch" }] })),
    expected: [
      {
        path: "services.orders.alerts.KillSwitchEnabled.measure.gauge",
        message: '[control="kill-switch"] is not a value that [orders_emergency_control] can have',
      },
    ],
  },
  "latency-bound-missing": {
    sentence: "a latency SLO measures between two buckets",
    make: () => problemsOf(withSlo({ ...latency, sli: { ...latencySli, threshold: "0.3" } })),
    expected: [
      {
        path: "services.orders.slos.api-latency.sli.threshold",
        message: "[0.3] is not a bucket bound of [http_request_duration_seconds]",
      },
    ],
  },
  "matcher-invalid": {
    sentence: "an SLO selects errors by a lookahead, which RE2 does not have",
    make: () =>
      problemsOf(
        withSlo({
          ...availability,
          sli: { ...requestSli, errors: [{ label: "status", op: "=~", value: "(?!2)..." }] },
        }),
      ),
    expected: [
      {
        path: "services.orders.slos.api-availability.sli",
        message:
          '[status=~"(?!2)..."] is not a regular expression that Prometheus accepts: invalid or unsupported Perl syntax: `(?!`',
      },
    ],
  },
  "long-term-apart": {
    sentence: "stacks of one bucket do not know each other",
    make: () => [
      ...longTermNotices(longTermStack("prod-1"), [longTermStack("prod-2")]),
      ...longTermNotices(longTermStack("prod-1", ["prod-us"]), [longTermStack("prod-2")]),
      ...longTermNotices(longTermStack("prod-1", ["prod-2"]), [longTermStack("prod-2")]),
      ...longTermNotices(longTermStack("prod-2"), [longTermStack("prod-1", ["prod-2"])]),
    ],
    expected: [
      {
        path: "configuration.longTerm",
        message: "no stack here reads the bucket [metrics], and nothing thins it out",
      },
      {
        path: "configuration.longTerm.hub.clusters",
        message: "no stack here writes samples of [prod-us] into the bucket [metrics]",
      },
      {
        path: "configuration.longTerm.hub.clusters",
        message: "[prod-2] writes into the bucket [metrics], and no objective counts it over all clusters",
      },
    ],
  },
  "maintenance-settles-early": {
    sentence: "an alert looks back further than planned work settles",
    make: () => {
      const work = { services: ["orders"], reason: "x", from: "2027-01-09T22:00Z", to: "2027-01-09T23:00Z" };
      const maintenance = (["1m", "1d"] as const).map((settle) => ({ ...work, settle }));
      const place = (way: readonly string[]): string => way.join(".");
      return maintenanceNotices(
        [{ ...orders, alerts: [targetsDown, highLatency] }],
        { ...prod, maintenance },
        place,
      );
    },
    expected: [
      {
        path: "maintenance[0].settle",
        message: "[1m] is less than these look back: orders/HighLatency 5m",
      },
    ],
  },
  "matcher-foreign": {
    sentence: "an SLI takes for errors what another metric counts",
    make: () => {
      const other = { ...requestSli.total, name: "rollbacks_total" };
      return problemsOf(
        withSlo({ ...availability, sli: { ...requestSli, errors: where(other, { status: ["=~", "5.."] }) } }),
      );
    },
    expected: [
      {
        path: "services.orders.slos.api-availability.sli",
        message:
          '[status=~"5.."] was written for [rollbacks_total], and selects series of [http_requests_total] here',
      },
    ],
  },
  "matcher-matches-nothing": {
    sentence: "an SLI counts as errors what never happens",
    make: () =>
      problemsOf(
        withSlo({
          ...availability,
          sli: { ...requestSli, errors: [{ label: "status", op: "=~", value: "6.." }] },
        }),
      ),
    expected: [
      {
        path: "services.orders.slos.api-availability.sli",
        message: '[status=~"6.."] selects none of the values of [http_requests_total]',
      },
    ],
  },
  "metric-undeclared": {
    sentence: "an alert reads a gauge that the contract does not have",
    make: () => problemsOf(withGauge([]), withoutQueriesOf(killSwitch.measure.gauge.name)),
    expected: [
      {
        path: "services.orders.alerts.KillSwitchEnabled.measure.gauge",
        message: "metric [orders_emergency_control] of job [orchestrator] is not in the telemetry contract",
      },
    ],
  },
  "metric-wrong-type": {
    sentence: "an alert reads as a gauge what the contract calls a counter",
    make: () => problemsOf(withGauge([asCounter(killSwitch.measure.gauge)])),
    expected: [
      {
        path: "services.orders.alerts.KillSwitchEnabled.measure.gauge",
        message: "metric [orders_emergency_control] is used as a [gauge] and declared as a [counter]",
      },
    ],
  },
  "minimum-invalid": {
    sentence: "an alert asks for half an event",
    make: () => problemsOf(withMinimum(0.5)),
    expected: [
      {
        path: "services.orders.alerts.HighLatency.atLeast",
        message: "[0.5] is not a number of events",
      },
    ],
  },
  "namespace-shared": {
    sentence: "the monitoring moves into the namespace of a service",
    make: () => {
      const prod = environmentFor("prod", [orders]);
      const kubernetes = { ...prod.kubernetes, namespace: "orders-prod" };
      const result = generatePlan([orders], { ...prod, kubernetes }, content);
      return result.ok ? [] : result.problems;
    },
    expected: [
      {
        path: "configuration.kubernetes.namespace",
        message: "[orders-prod] is the namespace of [orders]",
      },
    ],
  },
  "objective-invalid": {
    sentence: "an objective leaves no budget",
    make: () => problemsOf(withSlo({ ...availability, objective: { default: "99.9%", prod: "100%" } })),
    expected: [
      {
        path: "services.orders.slos.api-availability.objective.prod",
        message: "[100%] is not an objective: it leaves no error budget that could be spent or kept",
      },
    ],
  },
  "objective-unpageable": {
    sentence: "an objective is so low that a total outage wakes nobody",
    make: () => problemsOf(withSlo({ ...availability, objective: { default: "82.14%" } })),
    expected: [
      {
        path: "services.orders.slos.api-availability.objective",
        message:
          "[82.14%] over 28d is to page, and no burn rate can: not even a total outage spends its budget fast enough",
      },
    ],
  },
  "query-invalid": {
    sentence: "a query counts events of each second",
    make: () => problemsOf(withQuery("sum(rate(http_requests_total[$window]))")),
    expected: [
      {
        path: "services.orders.slos.queried.sli.errors",
        message: "[rate(...)] is a rate per second, and the number of events in the window is needed",
      },
    ],
  },
  "query-unproven": {
    sentence: "what a query counts is proven by its examples alone",
    make: () => ownQueryNotices([withQuery("sum(increase(http_requests_total[$window]))")]),
    expected: [
      {
        path: "services.orders.slos.queried.sli",
        message: "PromQL that the service writes itself is tested by its examples alone",
      },
    ],
  },
  "policy-config-invalid": {
    sentence: "a policy is told what it does not know, and another does not exist",
    make: () =>
      packProblems('{ "critical-alert-has-runbok": "advisory", "secret-is-not-inline": { "level": 1 } }'),
    expected: [
      {
        path: "policies.prod.json: critical-alert-has-runbok",
        message: "there is no policy [critical-alert-has-runbok]",
      },
      {
        path: "policies.prod.json: secret-is-not-inline",
        message: 'Unrecognized key: "level", seen [{"level":1}]',
      },
    ],
  },
  "probe-address-invalid": {
    sentence: "a probe is given a host without a protocol",
    make: () => {
      const [job, ...others] = orders.telemetry.jobs;
      const probed =
        job === undefined ? [] : [{ ...job, probe: { module: "http-2xx", address: "api:80" } as const }];
      return problemsOf({ ...orders, telemetry: { ...orders.telemetry, jobs: [...probed, ...others] } });
    },
    expected: [
      {
        path: "services.orders.telemetry.jobs.api-gateway.probe.address",
        message: "[api:80] is not an address that a probe can ask",
      },
    ],
  },
  "replica-alone": {
    sentence: "an environment that pages has one Alertmanager and one Prometheus",
    make: () => reserveNotices(withServers({ replicas: 1 }), (way) => way.join(".")),
    expected: [
      {
        path: "alertmanager.replicas",
        message: "[1] in an environment that pages: while it restarts, or its node is gone, nobody is paged",
      },
      {
        path: "prometheus.replicas",
        message:
          "[1] in an environment that pages: while it restarts, or its node is gone, nothing is measured and nobody is paged",
      },
    ],
  },
  "retention-below-window": {
    sentence: "Prometheus forgets a day before the windows and their margin end",
    make: () => problemsOf(orders, content, "34d"),
    expected: [
      {
        path: "configuration.prometheus.retention",
        message:
          "[34d] does not hold 28d and a margin of 7d, the window of [orders/api-availability, orders/api-latency, " +
          "orders/database-availability, orders/workflow-success]",
      },
    ],
  },
  "runbook-address-duplicate": {
    sentence: "a page has the address of a page of another service",
    make: () => checkRunbookSite(withPage(prod, { service: "tocsin", slug: "service-down" })),
    expected: [
      {
        path: "services/tocsin/runbooks/service-down.md",
        message:
          "[https://runbooks.orders.dev/service-down] is the address of services/orders/runbooks/service-down.md as well",
      },
    ],
  },
  "runbook-address-unservable": {
    sentence: "runbooks are below a path that no server of files has",
    make: () => checkRunbookSite(withAddress(prod, "https://wiki.example/~sre/")),
    expected: [
      {
        path: "configuration.runbooks",
        message: "[https://wiki.example/~sre/] is not an address that the runbook site can serve",
      },
    ],
  },
  "runbook-invalid": {
    sentence: "a runbook keeps a placeholder of its template, and names an alert that nobody has",
    make: () =>
      problemsOf(
        orders,
        withRunbook("targets-down", (text) =>
          `${text}\nCall [your team].\n`.replace("[TargetsDown]", "[TargetsDown, TargetsGone]"),
        ),
      ),
    expected: [
      { path: "services/orders/runbooks/targets-down.md", message: "placeholder text [[your team]] is left" },
      {
        path: "services/orders/runbooks/targets-down.md: alerts",
        message: "no alert called [TargetsGone] leads to this page",
      },
    ],
  },
  "runbook-missing": {
    sentence: "the runbook of an alert that has no default page is not there",
    make: () => problemsOf(orders, withoutRunbook("unknown-severity")),
    expected: [
      {
        path: "alerts.UnknownSeverity/tocsin/none-UnknownSeverity.runbook",
        message: "there is no services/tocsin/runbooks/unknown-severity.md",
      },
    ],
  },
  "runbook-query-invalid": {
    sentence: "a runbook asks for a metric that nothing exposes",
    make: () =>
      problemsOf(
        orders,
        withRunbook("targets-down", (text) =>
          text.replace("## Resolution", "```promql\nshop_up\n```\n\n## Resolution"),
        ),
      ),
    expected: [
      {
        path: "services/orders/runbooks/targets-down.md: line 33: shop_up",
        message: "no contract and no rule has [shop_up]",
      },
    ],
  },
  "runbook-unrouted": {
    sentence: "no ingress class is named for the runbooks",
    make: () => runbookNotices(withoutIngress(prod), "Pulumi.prod.yaml: tocsin:runbookSite.ingress"),
    expected: [
      {
        path: "Pulumi.prod.yaml: tocsin:runbookSite.ingress",
        message: "is not set, and alerts link to runbooks at [runbooks.orders.dev]",
      },
    ],
  },
  "secret-invalid": {
    sentence: "secrets are of no form that their receivers could use, or would be sent in plain text",
    make: () =>
      missing([], {
        "heartbeat-url": "http://hc-ping.com/hunter2",
        "pagerduty-default": "two words",
        "slack-alerts": "hunter2",
        "slack-quiet": "https://hooks.slack.com/services/T0/B0/hunter2",
        "slack-orders": "http://127.0.0.1:9/slack",
      }),
    expected: [
      {
        path: 'Pulumi.prod.yaml: tocsin:secrets["heartbeat-url"]',
        message: "this secret is not an https address, and a receiver posts to it",
      },
      {
        path: 'Pulumi.prod.yaml: tocsin:secrets["pagerduty-default"]',
        message: "this secret is not a routing key of PagerDuty, which is one word",
      },
      {
        path: 'Pulumi.prod.yaml: tocsin:secrets["slack-alerts"]',
        message: "this secret is not an https address, and a receiver posts to it",
      },
    ],
  },
  "secret-unset": {
    sentence: "a secret that a receiver reads has no value",
    make: () => missing(["smtp-password"]),
    expected: [
      {
        path: 'Pulumi.prod.yaml: tocsin:secrets["smtp-password"]',
        message: "this secret is not set, and a receiver reads it",
      },
    ],
  },
  "secret-unused": {
    sentence: "a secret is there that no receiver reads",
    make: () =>
      configNotices("Pulumi.prod.yaml", environmentOf("prod"), prod, {
        receivers: { "slack-alerts": "hunter2", "slack-alrets": "hunter2" },
      }),
    expected: [
      {
        path: 'Pulumi.prod.yaml: tocsin:secrets["slack-alrets"]',
        message: "nothing uses this secret",
      },
    ],
  },
  "service-malformed": {
    sentence:
      "a service lacks a key, has one misspelt, a number and an unknown kind for texts, and an alert for nobody",
    make: () => {
      const alerts = [
        { ...killSwitch, summary: undefined, severity: "none" },
        { ...targetsDown, for: 300, groupWiat: "5m" },
        { ...highLatency, measure: { ...highLatency.measure, kind: "bad-event" }, when: { over: "5%" } },
        { ...highLatency, name: "HighLatencyAgain", measure: undefined },
      ];
      const result = planFrom(
        { ok: true, environment: environmentOf("dev"), secrets: {} },
        {
          services: [{ ...orders, alerts } as unknown as Service],
          environments: ENVIRONMENTS,
        },
        content,
      );
      return result.ok ? [] : result.problems;
    },
    expected: [
      {
        path: "services.orders.alerts.HighLatency.measure.kind",
        message:
          "[bad-event] is not one of [level, age, query, spread, increase, rate, gauge-share, counter-share, forecast, turns, gauge-per-target, targets-up, bad-events]",
      },
      {
        path: "services.orders.alerts.HighLatency.when.over",
        message: "[over] is not a key of this",
      },
      {
        path: "services.orders.alerts.HighLatencyAgain.measure",
        message: "[nothing] is not an object with a [kind]",
      },
      {
        path: "services.orders.alerts.KillSwitchEnabled.severity",
        message: "[none] is not one of [critical, warning, info]",
      },
      {
        path: "services.orders.alerts.KillSwitchEnabled.summary",
        message: "[nothing] is not a line of text without blanks around it",
      },
      {
        path: "services.orders.alerts.TargetsDown.for",
        message: "[300] is not a duration such as 5m, in quotes",
      },
      {
        path: "services.orders.alerts.TargetsDown.groupWiat",
        message: "[groupWiat] is not a key of this",
      },
    ],
  },
  "service-undeclared": {
    sentence: "a stack binds a service that it does not have",
    make: () => problemsOf(orders, content, undefined, { shop: { metrics: "kubernetes" } }),
    expected: [
      { path: "configuration.backends.shop", message: "[shop] is not a service of a team in [prod]" },
    ],
  },
  "shard-invalid": {
    sentence: "shards of an environment leave services out, watch some twice, and name nobody",
    make: () => {
      const shard = (stack: string, own: Partial<Environment>): StackPlace => ({
        environment: { ...environmentFor("prod", [orders]), stack, ...own },
        secrets: {},
      });
      const stock = { ...orders, id: "stock", team: "stock" };
      const sales = { ...orders, id: "sales", team: "sales" };
      const of = (...teams: readonly string[]) => ({ shard: { teams, namespaces: [] } });
      return [
        ...checkShards([orders, stock], shard("prod", {}), [shard("prod-2", {})]),
        ...checkShards([orders, stock], shard("prod", {}), [shard("c", { cluster: "c", ...of("stock") })]),
        ...checkShards([orders, stock, sales], shard("a", of("orders", "stokc")), [
          shard("b", { cluster: "b", ...of("stock") }),
        ]),
        ...checkShards([orders], shard("a", of("orders")), [shard("b", of("orders"))]),
        ...checkShards([orders], shard("a", of()), [shard("b", { cluster: "b", ...of("orders") })]),
      ];
    },
    expected: [
      {
        path: "configuration.shard",
        message: "[Pulumi.prod.yaml] and [Pulumi.c.yaml] both monitor [stock] of the team [stock]",
      },
      { path: "configuration.shard.teams", message: "[stokc] has no service in [prod]" },
      {
        path: "configuration.shard",
        message: "no shard monitors [sales] of the team [sales]: there are [a], [b]",
      },
      {
        path: "configuration.shard",
        message: "[Pulumi.a.yaml] and [Pulumi.b.yaml] both monitor [orders] of the team [orders]",
      },
      {
        path: "configuration.cluster",
        message: "[Pulumi.a.yaml] and [Pulumi.b.yaml] are shards that both call their cluster [prod-1]",
      },
      {
        path: "configuration.shard",
        message: "[a] is a shard of no team and no namespace, and would monitor nothing",
      },
    ],
  },
  "slo-identity-duplicate": {
    sentence: "an SLO is declared twice",
    make: () => problemsOf({ ...orders, slos: [...orders.slos, availability] }),
    expected: [
      {
        path: "services.orders.slos.api-availability",
        message: "two SLOs of [orders] are called [api-availability]",
      },
    ],
  },
  "slo-undeclared": {
    sentence: "an alert belongs to an SLO that its service does not have",
    make: () => problemsOf(withAlert("TargetsDown", { slo: "api-freshness" })),
    expected: [
      {
        path: "services.orders.alerts.TargetsDown.slo",
        message: "[api-freshness] is not an SLO of [orders]",
      },
    ],
  },
  "stack-conflict": {
    sentence: "two stacks put a namespace of one name into one cluster",
    make: () => conflicts({ ...APART, kubernetes: environmentOf("prod").kubernetes }),
    expected: [
      {
        path: "configuration.kubernetes.namespace",
        message:
          "[Pulumi.prod.yaml] and [Pulumi.prod-2.yaml] both make the namespace [monitoring] of the cluster [prod-1]",
      },
    ],
  },
  "storage-claims-differ": {
    sentence: "larger volumes are asked for than there are",
    make: () => checkClaims(withServers({ storage: { size: "200Gi", claims: "100Gi" } })),
    expected: [
      {
        path: "configuration.alertmanager.storage.size",
        message: "[200Gi] is not what the volumes have, which is [100Gi] by storage.claims",
      },
      {
        path: "configuration.prometheus.storage.size",
        message: "[200Gi] is not what the volumes have, which is [100Gi] by storage.claims",
      },
    ],
  },
  "storage-claims-unknown": {
    sentence: "nobody has written what the volumes have",
    make: () => reserveNotices(withServers({ storage: { size: "200Gi" } }), (way) => way.join(".")),
    expected: [
      {
        path: "alertmanager.storage.claims",
        message: "is not set, so that nobody sees whether the volumes have [200Gi]",
      },
      {
        path: "prometheus.storage.claims",
        message: "is not set, so that nobody sees whether the volumes have [200Gi]",
      },
    ],
  },
  "summary-templated": {
    sentence: "a summary shows the value of one alert",
    make: () => problemsOf(withAlert("TargetsDown", { summary: "Only {{ $value }} of the targets are up" })),
    expected: [
      {
        path: "services.orders.alerts.TargetsDown.summary",
        message:
          "[Only {{ $value }} of the targets are up] holds template syntax [{{], " +
          "and it heads the notification of a whole group",
      },
    ],
  },
  "template-invalid": {
    sentence: "a description reads a variable that there is none of",
    make: () => problemsOf(withAlert("TargetsDown", { description: "{{ $lables.job }} is down." })),
    expected: [
      {
        path: "services.orders.alerts.TargetsDown.description",
        message: "[{{ $lables.job }} is down.] is no template: there is no variable [$lables]",
      },
    ],
  },
  "telemetry-invalid": {
    sentence: "a metric belongs to a job that nobody scrapes",
    make: () => {
      const job = { ...killSwitch.measure.gauge.job, name: "gateway-old" };
      return problemsOf(withMetric({ ...killSwitch.measure.gauge, name: "orders_old", job }));
    },
    expected: [
      {
        path: "services.orders.telemetry.metrics.orders_old.job",
        message: "nothing scrapes the job [gateway-old]",
      },
    ],
  },
  "threshold-invalid": {
    sentence: "an alert waits for a share above everything",
    make: () => problemsOf(withAlert("TargetsDown", { when: { below: "100%" } })),
    expected: [
      {
        path: "services.orders.alerts.TargetsDown.when.below",
        message: "[100%] is not a threshold that a share can cross",
      },
    ],
  },
  "traffic-too-low": {
    sentence: "three nines are promised of three requests an hour",
    make: () =>
      noticesOf({
        ...availability,
        sli: { ...requestSli, total: { ...(requestSli.total as Counter), perSecond: 3 / 3_600 } },
      }),
    expected: [
      {
        path: "services.orders.slos.api-availability.objective",
        message:
          "[99.9%] of 2016 events in 28d cannot be judged: " +
          "one bad event of the 2 that are allowed decides about the budget",
      },
    ],
  },
  "window-unsupported": {
    sentence: "an SLO looks at two weeks",
    make: () => problemsOf(withSlo({ ...availability, window: "14d" as string as Slo["window"] })),
    expected: [
      {
        path: "services.orders.slos.api-availability.window",
        message: "[14d] is not a supported SLO window",
      },
    ],
  },
};

function packProblems(text: string): readonly Problem[] {
  const result = parsePackConfig("policies.prod.json", text, planOf("prod"));
  return result.ok ? [] : result.problems;
}

describe("validation", () => {
  it("finds nothing wrong with what is in the repository", () => {
    expect(problemsOf(orders)).toEqual([]);
    expect(stackProblems("", "")).toEqual([]);
  });

  it.each(Object.entries(MISTAKES).map(([code, mistake]) => ({ code, ...mistake })))(
    "reports $code, and nothing else, when $sentence",
    ({ code, make, expected }) => {
      expect(
        make().map(({ code: seen, path: where, message }) => ({ code: seen, path: where, message })),
      ).toEqual(expected.map((problem) => ({ code, ...problem })));
    },
  );

  it("can be provoked to report every kind of problem, each with a way out", () => {
    const problems = Object.values(MISTAKES).flatMap((mistake) => mistake.make());
    expect([...new Set(problems.map((problem) => problem.code))].sort()).toEqual([...PROBLEM_CODES]);
    expect(problems.filter((problem) => problem.remedy === "")).toEqual([]);
  });

  it.each(["", "01", "1e3", ".5", "5.", "+1", "0x1", "NaN", "1 or vector(1)"])(
    "refuses to compare a gauge with [%s]",
    (equals) => {
      expect(
        problemsOf(withAlert("KillSwitchEnabled", { when: { equals } })).map(({ message }) => message),
      ).toEqual([`[${equals}] is not a decimal number that a gauge can have`]);
    },
  );

  it.each(["0", "1", "-1", "0.5", "-10.25"])("compares a gauge with [%s]", (equals) => {
    expect(problemsOf(withAlert("KillSwitchEnabled", { when: { equals } }))).toEqual([]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses to count [%d] bad events", (minimum) => {
    expect(problemsOf(withMinimum(minimum)).map(({ message }) => message)).toEqual([
      `[${minimum}] is not a number of events`,
    ]);
  });

  it.each([0, 1, 1_000])("counts [%d] bad events", (minimum) => {
    expect(problemsOf(withMinimum(minimum))).toEqual([]);
  });

  it.each([
    ["{{ $labels.instance }} is down", "{{"],
    ["$value of the targets are up", "$value"],
    ["$labels.instance is down", "$labels"],
    ["Targets are down }}", "}}"],
  ])("refuses the summary [%s]", (summary, syntax) => {
    expect(problemsOf(withAlert("TargetsDown", { summary })).map(({ message }) => message)).toEqual([
      `[${summary}] holds template syntax [${syntax}], and it heads the notification of a whole group`,
    ]);
  });

  it("refuses a template in the title of an SLO, which its summaries begin with", () => {
    expect(problemsOf(withSlo({ ...availability, title: "{{ $labels.service }}" }))).toEqual([
      {
        code: "summary-templated",
        path: "services.orders.slos.api-availability.title",
        message:
          "[{{ $labels.service }}] holds template syntax [{{], and it heads the notification of a whole group",
        remedy: "Write plain text; values and labels belong in the description.",
      },
    ]);
  });

  it("takes a summary with dollars and braces that mean nothing", () => {
    expect(problemsOf(withAlert("TargetsDown", { summary: "Costs rise by $5 {a day}" }))).toEqual([]);
  });

  it.each<[string, Partial<Service["telemetry"]["jobs"][number]>]>([
    ["instances: [0] is not a number of targets", { instances: 0 }],
    ["instances: [1000000000] is not a number of targets", { instances: 1_000_000_000 }],
    ["requestsPerSecond: [-1] is not a rate of events", { requestsPerSecond: -1 }],
    ["path: [metrics] is not a path such as /metrics", { path: "metrics" }],
    ["port: [99999] is not the name of a container port such as metrics", { port: "99999" }],
    [
      "namespace: [Omni_Hub] is not the name of a namespace such as shop-<environment>",
      { namespace: "Omni_Hub" },
    ],
  ])("says of a job that its %s", (said, change) => {
    expect(jobProblems(change)).toEqual([said]);
  });

  const job = killSwitch.measure.gauge.job;
  const counter: Counter = {
    ...{ name: "shop_x_total", help: "X.", job, labels: {} },
    type: "counter",
    initialisedToZero: true,
  };
  const histogram: Histogram = {
    ...{ name: "shop_x_seconds", help: "X.", job, labels: {}, initialisedToZero: true },
    ...{ type: "histogram", bounds: ["0.1", "1"], median: 0.1 },
  };

  it.each<[string, Service["telemetry"]["metrics"][number]]>([
    ["bounds: [0.1] is not above the bound before it", { ...histogram, bounds: ["0.1", "1", "0.1"] }],
    ["bounds: [] are no bounds", { ...histogram, bounds: [] }],
    ["median: [0] is not a median", { ...histogram, median: 0 }],
    ["labels.kind: [] are not the values of a label", { ...counter, labels: { kind: [] } }],
    ["labels.kind: [] are not the values of a label", { ...counter, labels: { kind: [""] } }],
    ["labels.kind: [a] is listed twice", { ...counter, labels: { kind: ["a", "a"] } }],
    ["perSecond: [-1] is not a rate of events", { ...counter, perSecond: -1 }],
    [
      "job.createdTimestamps: [true] is not what telemetry.jobs says of [orchestrator], which is [false]",
      { ...counter, job: { ...job, createdTimestamps: true } },
    ],
    [
      "usual.kind.b: [b] is not a value of the label",
      { ...counter, labels: { kind: ["a"] }, usual: { kind: { b: 0.5 } } },
    ],
    [
      "usual.kind: [1.5] is not a share of 1",
      { ...counter, labels: { kind: ["a"] }, usual: { kind: { a: 1.5 } } },
    ],
    ["normal: [NaN] is not a value", { ...killSwitch.measure.gauge, name: "shop_x", normal: Number.NaN }],
  ])("says of a metric that its %s", (said, metric) => {
    const [first] = problemsOf(withMetric(metric));
    expect(`${first?.path ?? ""}: ${first?.message ?? ""}`).toBe(
      `services.orders.telemetry.metrics.${metric.name}.${said}`,
    );
  });

  it("finds a metric that is declared twice", () => {
    expect(problemsOf(withMetric(killSwitch.measure.gauge)).map(({ message }) => message)).toEqual([
      "[orders_emergency_control of orchestrator] is declared twice",
    ]);
  });

  it.each([
    [
      "would count every request",
      [["=~", ".+"]],
      "selects all of [http_requests_total], so that every request would count as an error",
    ],
    [
      "contradict each other",
      [
        ["=~", "5.."],
        ["=", "200"],
      ],
      "together select none of the values of [http_requests_total]",
    ],
  ] as const)("refuses errors that %s", (_, conditions, said) => {
    const errors = conditions.map(([op, value]) => ({ label: "status", op, value }));
    const shown = errors.map(({ op, value }) => `status${op}"${value}"`).join(", ");
    expect(
      problemsOf(withSlo({ ...availability, sli: { ...requestSli, errors } })).map(({ message }) => message),
    ).toEqual([`[${shown}] ${said}`]);
  });

  it.each(["8d", "106751d"])("lets no alert wait for [%s]", (duration) => {
    expect(
      problemsOf(withAlert("TargetsDown", { for: duration as `${number}d` })).map(({ message, remedy }) => [
        message,
        remedy,
      ]),
    ).toEqual([[`[${duration}] is out of bounds`, "Use a duration from 0s to 7d."]]);
  });

  it("only mentions a store without a place where nobody is woken and nothing is locked", () => {
    expect(placeNotices([withStore], withoutBackups("dev")).map(({ message }) => message)).toEqual([
      "nobody backs up [database] in [dev]: the stack [dev] does not say where to",
    ]);
    expect(checkPlaces([withStore], withoutBackups("dev"))).toEqual([]);
    expect(placeNotices([withStore], withoutBackups("prod"))).toEqual([]);
    expect(checkPlaces([withStore], environmentFor("prod", [withStore]))).toEqual([]);
    expect(checkPlaces([orders], withoutBackups("prod"))).toEqual([]);
  });

  it("refuses a place of one region where a second is wanted, by what its cloud can do", () => {
    const said = (backups: Environment["backups"] & object): readonly string[] =>
      checkPlaces([withStore], replicating({ backups })).map(({ remedy }) => remedy);
    const google = { cloud: "gcp", prefix: "orders", project: "orders-prod" } as const;
    const r2 = { cloud: "r2", prefix: "orders", account: "0123456789abcdef0123456789abcdef" } as const;
    expect(said({ ...google, location: "europe-west3" })).toEqual([
      "Set location of tocsin:backups to one of two regions or more, such as EUR4 or EU.",
    ]);
    expect(said(r2)).toEqual([
      "R2 copies to no second region: set tocsin:backupsOf of the service to a place on AWS or Google Cloud.",
    ]);
    expect(["EUR4", "eu", "nam4"].flatMap((location) => said({ ...google, location }))).toEqual([]);
    expect(said({ ...BACKUPS, replica: { region: "eu-west-1" } })).toEqual([]);
  });

  it("takes a server whose log the jobs keep, and what the monitoring itself keeps", () => {
    const head = {
      id: "state",
      title: "Monitoring",
      team: "platform",
      tier: 2,
      environments: ["prod"],
    } as const;
    const store = { ...DATABASE.store, pointInTime: "archive" } as const;
    const state = defineService(head, monitoringState({ namespace: "monitoring", scratch: "100Gi" }));
    const ledger = defineService(head, [backupStore({ ...DATABASE, store })]);
    expect([state, ledger].flatMap((one) => problemsOf(one))).toEqual([]);
  });

  it("refuses a lock that its cloud does not have or that locks nothing, and moves that cannot be", () => {
    const said = (backups: Environment["backups"] & object, name = "prod"): readonly string[] =>
      checkPlaces([withStore], { ...environmentFor(name, [withStore]), backups }).map(
        ({ message, remedy }) => `${message}. ${remedy}`,
      );
    const r2 = { cloud: "r2", prefix: "orders", account: "0123456789abcdef0123456789abcdef" } as const;
    expect(said({ ...r2, lock: "compliance" })).toEqual([
      "tocsin:backups.lock is [compliance], and [r2] has no lock that nobody can take back. Keep what needs one on AWS or Google Cloud: tocsin:backupsOf names a cloud for a service.",
    ]);
    expect(said({ ...BACKUPS, lock: "compliance" }, "dev")).toEqual([
      "tocsin:backups.lock is [compliance], and nothing locks it in [dev]. Give it lockDays and the environment the trait `locksBackups`, or take lock out.",
    ]);
    expect(said({ ...BACKUPS, lock: "compliance" })).toEqual([]);
    const none = (days: number): string =>
      `[${days}] days are none for [orders-orders-database-prod], whose backups`;
    expect(said({ ...BACKUPS, colder: { STANDARD_IA: 10, GLACIER_IR: 35 } })).toEqual([
      `${none(10)} may not move before [30]. Set it to 30 days or more, and to less than 35.`,
      `${none(35)} are deleted after [35]. Take it out, or keep backups for more than 40 days.`,
    ]);
    expect(said({ ...BACKUPS, colder: { STANDARD_IA: 30 } })).toEqual([]);
  });

  it("mentions what a cloud cannot do for any bucket, and what to do about it", () => {
    const said = (backups: Environment["backups"] & object): readonly string[] =>
      placeNotices([withStore], { ...environmentFor("prod", [withStore]), backups }).map(
        ({ message, remedy }) => `${message}. ${remedy}`,
      );
    expect(said({ cloud: "gcp", prefix: "orders", project: "orders-prod", location: "EU" })).toEqual([
      "[gcp] cannot refuse old TLS for a bucket. Set the organization policy constraints/gcp.restrictTLSVersion on the project.",
    ]);
    expect(
      said({ cloud: "r2", prefix: "orders", account: "0123456789abcdef0123456789abcdef" }).map((one) =>
        one.replace(/\..*/, ""),
      ),
    ).toEqual([
      "[r2] cannot refuse old TLS for a bucket",
      "[r2] lets who may write delete as well",
      "[r2] lets nobody write below one name alone",
      "[r2] keeps no log of who asked for an object",
    ]);
    expect(said(BACKUPS)).toEqual([]);
    // Where nothing is locked and nobody woken, nothing is asked that a cloud could lack.
    expect(placeNotices([withStore], environmentFor("dev", [withStore]))).toEqual([]);
  });

  it("puts the buckets of a service where the stack says, and the others where all lie", () => {
    const own = { cloud: "r2", prefix: "elsewhere", account: "0123456789abcdef0123456789abcdef" } as const;
    const other = { ...withStore, id: "others" };
    const environment = { ...environmentFor("prod", [withStore]), backupsOf: { others: own } };
    expect(
      buckets([withStore, other], environment).map(({ name, location, provider }) => [
        name,
        location.cloud,
        provider,
      ]),
    ).toEqual([
      ["elsewhere-others-database-prod", "r2", "r2-others"],
      ["orders-orders-database-prod", "aws", "aws"],
    ]);
    expect(checkPlaces([other], { ...withoutBackups("prod"), backupsOf: { others: own } })).toEqual([]);
  });

  it("finds an environment that is listed twice, and one of backups that nobody has", () => {
    const [first = "prod"] = orders.environments;
    const keepDays = { default: 30, porduction: 30, prd: 30 };
    expect(
      problemsOf({ ...withBackup({ keepDays }), environments: [...orders.environments, first] }).map(
        ({ message, remedy }) => `${message}: ${remedy}`,
      ),
    ).toEqual([
      "[porduction] is not an environment: Use one of [default, beta, dev, prod, staging].",
      "[prd] is not an environment: Did you mean [prod]? Use one of [default, beta, dev, prod, staging].",
      `[${first}] is listed twice: Keep one of the two.`,
    ]);
  });

  it.each(["9999-99-99", "2026-02-30", "2126-01-01", "yesterday"])("finds the last review of [%s]", (day) => {
    const page = withRunbook("targets-down", (text) =>
      text.replace(/^last_review: .*$/m, `last_review: ${day}`),
    );
    expect(problemsOf(orders, page).map(({ message }) => message)).toEqual([
      `the front matter has [last_review: ${day}], which is not a date`,
    ]);
  });

  it("says how volumes are enlarged, and that they cannot be made smaller", () => {
    const said = (size: string): ReadonlySet<string | undefined> => {
      const problems = checkClaims(withServers({ storage: { size, claims: "100Gi" } }));
      return new Set(problems.map(({ remedy }) => remedy.split("\n")[0]));
    };
    expect([...said("200Gi")]).toEqual(["Put the old size back, or enlarge the volumes first."]);
    expect([...said("99Gi")]).toEqual(["Put the old size back: volumes cannot be made smaller."]);
  });

  it("says what else is wrong beside a retention that is too short and an alert that is none", () => {
    const text = (page: string): string => page.replace("dashboard: orders-slo", "dashboard: orders-old");
    const codes = problemsOf(
      withAlert("TargetsDown", { for: "1.5h" }),
      withRunbook("targets-down", text),
      "34d",
    ).map(({ code }) => code);
    expect([...new Set(codes)]).toEqual(["retention-below-window", "duration-invalid", "runbook-invalid"]);
  });

  it("checks the group-wait override of a page", () => {
    expect(problemsOf(withAlert("KillSwitchEnabled", { groupWait: "5s" }))).toEqual([]);
    expect(problemsOf(withAlert("KillSwitchEnabled", { groupWait: "1.5s" })).map(({ code }) => code)).toEqual(
      ["duration-invalid"],
    );
  });

  it.each<[string, Service["telemetry"]]>([
    ["have jobs of their own", { jobs: [], metrics: [] }],
    ["say the same of a job", { jobs: orders.telemetry.jobs, metrics: [] }],
  ])("lets two services live side by side that %s", (_what, jobs) => {
    expect(
      problemsOf([
        orders,
        {
          ...orders,
          id: "tradeline",
          dashboard: "tradeline-slo",
          telemetry: jobs,
          slos: [],
          alerts: [],
          autoscaling: [],
        },
      ]),
    ).toEqual([]);
  });

  it("refuses what a stack says of teams, services and objectives that nobody has, with the one that was meant", () => {
    const environment = environmentOf("prod");
    const { receivers, runbooks } = environment;
    const { critical = {}, warning, unrouted } = receivers;
    const result = generatePlan(
      services,
      {
        ...environment,
        objectives: { "orders-api-latncy": "95%", "shop-front": "95%" },
        runbooks: { ...runbooks, stcok: "https://runbooks.orders.dev/stock" },
        receivers: {
          ...receivers,
          critical: { ...critical, ordres: critical["stock"] ?? [] },
          warning: { ...warning, stcok: unrouted },
        },
        onCall: { zone: "UTC", pagesPerWeek: { default: 2, stcok: 3 } },
      },
      content,
    );
    const said = (result.ok ? [] : result.problems).map(({ path: where, message, remedy }) => [
      `${where}: ${message}`,
      remedy.replace(/Use one of \[.*\]\.$/, "Use ..."),
    ]);
    expect(said).toEqual([
      [
        "configuration.objectives.orders-api-latncy: [orders-api-latncy] is not the slo_id of an SLO in [prod]",
        "Did you mean [orders-api-latency]? Use ...",
      ],
      ["configuration.objectives.shop-front: [shop-front] is not the slo_id of an SLO in [prod]", "Use ..."],
      [
        "configuration.onCall.pagesPerWeek.stcok: [stcok] is not the team of a service",
        "Did you mean [stock]? Use ...",
      ],
      [
        "configuration.receivers.critical.ordres: [ordres] is not the team of a service",
        "Did you mean [orders]? Use ...",
      ],
      [
        "configuration.receivers.warning.stcok: [stcok] is not the team of a service",
        "Did you mean [stock]? Use ...",
      ],
      ["configuration.runbooks.stcok: [stcok] is not a service", "Did you mean [stock]? Use ..."],
    ]);
  });

  it.each([
    ["ordres", "orders"],
    ["stok", "stock"],
    ["ordersb", "orders"],
    ["ab", undefined],
    ["", undefined],
    ["shop", undefined],
  ])("takes [%s] for [%s]", (word, meant) => {
    expect(nearest(word, ["cd", "stock", "orders"])).toBe(meant);
  });

  it("names of many names those that are most like a word, and of few all of them", () => {
    const many = Array.from({ length: 95 }, (_, at) => `shop-${at}-down`);
    const incidents = ["api-errors", "api-slow", ...many];
    expect(["api-erors", "api-broken", "api", "moon"].map((word) => suggestion(word, incidents))).toEqual([
      "Did you mean [api-errors]? There are 96 more.",
      "Did you mean one of [api-errors, api-slow]? There are 95 more.",
      "Did you mean one of [api-errors, api-slow]? There are 95 more.",
      "Use one of [api-errors, api-slow, shop-0-down, shop-1-down, shop-2-down] or of 92 more.",
    ]);
    expect(suggestion("PROD", ["dev", "prod"])).toBe("Did you mean [prod]? Use one of [dev, prod].");
    expect(suggestion("prod", [])).toBe("There is none that could be meant: take it out.");
  });

  it("lets two stacks share a cluster where their namespaces, runbooks and buckets have other names", () => {
    expect(conflicts(APART)).toEqual([]);
  });

  it.each<[string, Partial<Environment>, readonly Service[] | undefined, string, string]>([
    [
      "one Deployment",
      APART,
      [orders],
      "kubernetes.context",
      "the autoscaler [orders-prod/api-gateway] of the cluster [prod-1]",
    ],
    [
      "one bucket, from another cluster",
      { ...APART, cluster: "prod-2", backups: BACKUPS },
      undefined,
      "backups.prefix",
      "the bucket [orders-orders-database-prod] of [aws]",
    ],
    [
      "one host name",
      { ...APART, runbooks: environmentOf("prod").runbooks },
      undefined,
      "runbooks",
      "an Ingress for [runbooks.orders.dev] in the cluster [prod-1]",
    ],
    [
      "one context under two names",
      { ...APART, cluster: "prod-2", kubernetes: environmentOf("prod").kubernetes },
      undefined,
      "kubernetes.namespace",
      "the namespace [monitoring] of the cluster [prod-1]",
    ],
  ])("refuses two stacks that share %s", (_, other, all, key, what) => {
    expect(conflicts(other, all).map(({ code, path: where, message }) => [code, where, message])).toEqual([
      [
        "stack-conflict",
        `configuration.${key}`,
        `[Pulumi.prod.yaml] and [Pulumi.prod-2.yaml] both make ${what}`,
      ],
    ]);
  });

  it("refuses two stacks of one cluster that both set up Google Managed Prometheus", () => {
    const backends = { orders: { metrics: "gmp" } } as const;
    const environment = {
      ...environmentFor("prod", [orders]),
      backends,
      gmp: { address: "https://gmp.example" },
    };
    const there = { ...environment, ...APART };
    const result = planFrom(
      { ok: true, environment, secrets: {} },
      { services: [{ ...orders, autoscaling: [] }], environments: ENVIRONMENTS },
      content,
      [{ environment: there, secrets: {} }],
    );
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      "[Pulumi.prod.yaml] and [Pulumi.prod-2.yaml] both make the settings of Google Managed Prometheus " +
        "in the cluster [prod-1]",
    ]);
  });

  it("takes two contexts of one name for two clusters where their kubeconfigs are secrets", () => {
    const elsewhere = { ...APART, cluster: "prod-2", kubernetes: environmentOf("prod").kubernetes };
    expect(conflicts(elsewhere, undefined, "[secret]")).toEqual([]);
  });

  it("reads a runbook with CRLF line ends as it reads one with LF", () => {
    const crlf = withRunbook("targets-down", (text) => text.replaceAll("\n", "\r\n"));
    expect(problemsOf(orders, crlf)).toEqual([]);
    const page = (from: Content): unknown =>
      from.runbooks.filter(({ slug }) => slug === "targets-down").map(readRunbook);
    expect(page(crlf)).toEqual(page(content));
  });

  it("reports in a runbook with CRLF line ends what it reports with LF", () => {
    const problems = (end: string): readonly Problem[] =>
      withRunbook("targets-down", (text) => text.replace(/^owner:.*\n/m, "").replaceAll("\n", end))
        .runbooks.filter(({ service, slug }) => service === orders.id && slug === "targets-down")
        .flatMap((source) => readRunbook(source).problems);
    expect(problems("\r\n").map(({ message }) => message)).toEqual(["the front matter names no [owner]"]);
    expect(problems("\r\n")).toEqual(problems("\n"));
  });

  it("asks a latency SLO for the runbook of its missing bucket", () => {
    const { burn, ticket, budget, policy, dataMissing } = latency.runbooks;
    const runbooks = { burn, ticket, budget, policy, dataMissing };
    expect(problemsOf(withSlo({ ...latency, runbooks }))).toEqual([
      {
        code: "runbook-missing",
        path: "services.orders.slos.api-latency.runbooks.bucketMissing",
        message: "a latency SLO alerts when its bucket is gone, and names no runbook for it",
        remedy: "Name the slug of a runbook, e.g. slo-bucket-missing.",
      },
    ]);
  });

  it("reports everything at once, sorted by path", () => {
    const faulty = { ...withAlert("TargetsDown", { for: "1.5h", when: { below: "0%" } }), team: "Omni Hub" };
    expect(problemsOf(faulty).map((problem) => problem.path)).toEqual([
      "services.orders.alerts.TargetsDown.for",
      "services.orders.alerts.TargetsDown.when.below",
      "services.orders.team",
    ]);
  });

  it("knows every label that the scrape configuration sets as one that a contract may not declare", () => {
    const set = prod.scrape.jobs.flatMap(({ labels }) => Object.keys(labels));
    expect([...new Set([...set, "instance", "job"])].filter((label) => !reserved.includes(label))).toEqual(
      [],
    );
  });
});
