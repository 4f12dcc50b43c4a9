import { parse } from "yaml";
import { backendNotices, checkBackend } from "../../backends/check";
import { managedPrometheus, type ManagedPrometheusContent } from "../../backends/gmp/content";
import type { GmpRules, PodMonitoring } from "../../backends/gmp/object";
import { googleDialect } from "../../backends/gmp/promql";
import { toYaml } from "../../backends/file-set";
import type { AlertingRule, MonitoringPlan, RecordingRule } from "../../plan/monitoring-plan";
import { receiverSecrets } from "../../plan/routing";
import { formatProblems } from "../../slo/problem";
import { golden } from "../support/golden";
import { boundPlan, planOf } from "../support/plan";

const prod = boundPlan("prod", { orders: { metrics: "gmp" } });
const withGrafana = boundPlan("prod", { orders: { metrics: "gmp", alerts: "grafana" } });

const SECRETS = Object.fromEntries(
  receiverSecrets(prod.routing).map((key) => [key, `https://x.example/${key}`]),
);

function contentOf(plan: MonitoringPlan): ManagedPrometheusContent {
  const content = managedPrometheus(plan, SECRETS);
  if (content === undefined) {
    throw new Error("no service is bound to Google Managed Prometheus");
  }
  return content;
}

const rulesOf = (plan: MonitoringPlan): readonly GmpRules[] =>
  contentOf(plan).objects.filter((object) => object.kind !== "PodMonitoring");

const scrapingOf = (plan: MonitoringPlan): readonly PodMonitoring[] =>
  contentOf(plan).objects.filter((object) => object.kind === "PodMonitoring");

const ownRules = (plan: MonitoringPlan): readonly (AlertingRule | RecordingRule)[] =>
  plan.ruleGroups.filter(({ file }) => file === "orders").flatMap(({ rules }) => rules);

describe("rules in Google Managed Prometheus", () => {
  it("are not there where no service is bound to it", () => {
    expect(managedPrometheus(planOf("prod"), SECRETS)).toBeUndefined();
  });

  it("are those of the plan in its groups, with durations as numbers of seconds", () => {
    const [object, ...others] = rulesOf(prod);
    expect(others).toEqual([]);
    const sent = object?.spec.groups ?? [];
    const planned = prod.ruleGroups.filter(({ file }) => file === "orders");
    expect(sent.map(({ name, interval }) => [name, interval])).toEqual(
      planned.map(({ name, interval }) => [name, interval]),
    );
    expect(sent.flatMap(({ rules }) => rules)).toEqual(
      ownRules(prod).map((rule) =>
        Object.fromEntries(
          Object.entries({ ...rule, expr: googleDialect(rule.expr) }).filter(([key]) => key !== "kind"),
        ),
      ),
    );
  });

  it("have exactly the fields that the custom resource knows: others would be dropped in silence", () => {
    const known = ["alert", "annotations", "expr", "for", "labels", "record"];
    for (const { spec, ...object } of rulesOf(prod)) {
      expect(Object.keys(object).sort()).toEqual(["apiVersion", "kind", "metadata"]);
      for (const { rules, ...group } of spec.groups) {
        expect(Object.keys(group).sort()).toEqual(["interval", "name"]);
        expect(rules.length).toBeGreaterThan(0);
        expect(rules.flatMap((rule) => Object.keys(rule)).filter((field) => !known.includes(field))).toEqual(
          [],
        );
        expect(rules.filter((rule) => "alert" in rule === "record" in rule)).toEqual([]);
      }
    }
  });

  it("do not set labels that Google sets, which it would refuse", () => {
    const scope = ["cluster", "location", "namespace", "project_id"];
    const labels = rulesOf(prod).flatMap(({ spec }) =>
      spec.groups.flatMap(({ rules }) => rules.flatMap((rule) => Object.keys(rule.labels))),
    );
    expect(labels.filter((label) => scope.includes(label))).toEqual([]);
  });

  it("read the whole cluster where the jobs of a service run in several namespaces, else their own only", () => {
    const [wide] = rulesOf(prod);
    expect(new Set(scrapingOf(prod).map(({ metadata }) => metadata.namespace)).size).toBeGreaterThan(1);
    expect([wide?.kind, wide?.metadata.namespace]).toEqual(["ClusterRules", undefined]);
    const jobs = prod.scrape.jobs.map((job) => ({
      ...job,
      discovery: { ...job.discovery, namespace: "shop" },
    }));
    const [own] = rulesOf({ ...prod, scrape: { ...prod.scrape, jobs } });
    expect([own?.kind, own?.metadata.namespace]).toEqual(["Rules", "shop"]);
    expect(own?.spec).toEqual(wide?.spec);
  });

  it("hold no alert where Grafana evaluates them", () => {
    const rules = rulesOf(withGrafana).flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules));
    expect(rules).toHaveLength(ownRules(withGrafana).filter(({ kind }) => kind === "record").length);
    expect(rules.filter((rule) => "alert" in rule)).toEqual([]);
  });
});

describe("an expression in Google's dialect", () => {
  it.each([
    ["sum(errors) * 30s", "sum(errors) * 30"],
    ["rate(errors[5m]) / 5m > 500ms", "rate(errors[5m]) / 300 > 0.5"],
    ["errors offset 5m unless on (job) errors", "errors offset 5m unless on (job) errors"],
    ['count_over_time(up{job="30s"}[1h]) * 1d', 'count_over_time(up{job="30s"}[1h]) * 86400'],
    ["time() - started > 28d", "time() - started > 2419200"],
    ["1.5 * 30", "1.5 * 30"],
  ])("for [%s] is [%s]", (expr, google) => {
    expect(googleDialect(expr)).toBe(google);
    expect(googleDialect(google)).toBe(google);
  });

  it("holds no number that is written as a duration, in any rule of the repository", () => {
    const written = rulesOf(prod).flatMap(({ spec }) =>
      spec.groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => durationsAsNumbers(expr))),
    );
    expect(written).toEqual([]);
    expect(ownRules(prod).flatMap(({ expr }) => durationsAsNumbers(expr)).length).toBeGreaterThan(20);
  });
});

/** Durations outside of ranges and offsets, found by what is around them instead of by a grammar. */
function durationsAsNumbers(expr: string): readonly string[] {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\[[^\]]*\]/g, "[]")
    .replaceAll(/offset \w+/g, "offset");
  return bare.match(/(?<![\w:.])\d+(?:ms|[smhdwy])\b/g) ?? [];
}

describe("scraping by Google Managed Prometheus", () => {
  it("covers every job of the service, under the name that becomes its label", () => {
    const jobs = prod.scrape.jobs.filter(({ labels }) => labels["service"] === "orders");
    expect(scrapingOf(prod).map(({ metadata }) => metadata.name)).toEqual(jobs.map(({ job }) => job));
    expect(jobs.length).toBeGreaterThan(1);
  });

  it("reads as in the golden file", () => {
    const text =
      scrapingOf(prod).slice(0, 1).map(toYaml).join("---\n") +
      `---\n${toYaml(contentOf(prod).operatorConfig)}`;
    expect(text).toBe(golden("backends/gmp-scraping.yaml", text));
  });

  it("gives every series the environment, up as well, by the settings of the cluster", () => {
    const { operatorConfig } = contentOf(withGrafana);
    expect(operatorConfig).toMatchObject({
      metadata: { name: "config", namespace: "gmp-public" },
      collection: { externalLabels: { cluster: "prod-1", environment: "prod" } },
      rules: { externalLabels: { cluster: "prod-1", environment: "prod" } },
    });
    const relabelled = scrapingOf(prod).flatMap(({ spec }) =>
      spec.endpoints.flatMap(({ metricRelabeling }) =>
        metricRelabeling.map(({ targetLabel }) => targetLabel),
      ),
    );
    expect([...new Set(relabelled)]).toEqual(["service"]);
  });
});

describe("the managed Alertmanager", () => {
  it("is configured where Google evaluates alerts, and left alone where Grafana does", () => {
    expect(contentOf(prod).operatorConfig.managedAlertmanager).toEqual({
      configSecret: { name: "tocsin-alertmanager", key: "alertmanager.yaml" },
    });
    expect(contentOf(prod).alertmanager).toMatchObject({
      metadata: { name: "tocsin-alertmanager", namespace: "gmp-public" },
      key: "alertmanager.yaml",
    });
    expect(contentOf(withGrafana).alertmanager).toBeUndefined();
    expect(contentOf(withGrafana).operatorConfig.managedAlertmanager).toBeUndefined();
  });

  it("reads no file: it mounts nothing but its configuration", () => {
    const text = contentOf(prod).alertmanager?.text ?? "";
    expect(text).not.toMatch(/_file:|\{\{ template/);
    expect((parse(text) as { readonly templates?: unknown }).templates).toBeUndefined();
    for (const secret of Object.values(SECRETS)) {
      expect(text).toContain(secret);
    }
  });
});

describe("what Google cannot do", () => {
  it("is said of every service that is bound to it, and reads as in the golden file", () => {
    const text = `${formatProblems(backendNotices(prod))}\n`;
    expect(text).toBe(golden("backends/gmp-notices.txt", text));
    expect(text).toContain("untested there");
  });

  it("says nothing of the born term where counters are initialised to 0, for there is none then", () => {
    const without = {
      ...prod,
      ruleGroups: prod.ruleGroups.map((group) => ({
        ...group,
        rules: group.rules.filter(({ expr }) => !expr.includes("offset")),
      })),
    };
    expect(backendNotices(without).map(({ path }) => path)).not.toContain("services.orders.gmp.born");
    expect(backendNotices(prod).map(({ path }) => path)).toContain("services.orders.gmp.born");
  });

  it("says nothing of the managed Alertmanager where Grafana sends", () => {
    const paths = backendNotices(withGrafana).map(({ path }) => path);
    expect(paths).not.toContain("services.orders.gmp.alertmanager");
    expect(paths).toContain("services.orders.grafana.policies");
  });

  const withExpression = (expr: string): MonitoringPlan => {
    const record: RecordingRule = { kind: "record", record: "shop:wrong", expr, labels: {} };
    return { ...prod, ruleGroups: [{ name: "shop", interval: "30s", file: "orders", rules: [record] }] };
  };

  it.each(['{job="shop"}', 'sum ({job="shop"})', '{__name__=~"shop_.*"}', 'shop{__name__!="x"}'])(
    "refuses [%s], which names no metric exactly",
    (expr) => {
      expect(checkBackend(withExpression(expr))).toEqual([
        {
          code: "backend-unable",
          path: "gmp.ruleGroups.shop.shop:wrong",
          message:
            "it does not select series by one exact name of a metric, and Google refuses anything else",
          remedy: "Name the metric, or bind the service to another backend.",
        },
      ]);
    },
  );

  it.each(['shop{job="a"}', 'sum by (job) (shop:rate5m {job=~"{2}"})', 'shop{text="{"} > 0'])(
    "takes [%s]",
    (expr) => {
      expect(checkBackend(withExpression(expr))).toEqual([]);
    },
  );

  it("refuses nothing of what is in the repository", () => {
    expect(checkBackend(prod)).toEqual([]);
    expect(checkBackend(withGrafana)).toEqual([]);
  });

  it("refuses to ask a service from outside, since Google scrapes pods only", () => {
    const probe = { module: "http-2xx", address: "https://shop.example/healthz" } as const;
    const jobs = prod.scrape.jobs.map((job) => (job.job === "api-gateway" ? { ...job, probe } : job));
    const probed = { ...prod, scrape: { ...prod.scrape, jobs } };
    expect(checkBackend(probed)).toMatchObject([{ code: "backend-unable", path: "gmp.jobs.api-gateway" }]);
    expect(scrapingOf(probed).map(({ metadata }) => metadata.name)).not.toContain("api-gateway");
  });

  it("refuses to count by created timestamps, which its scraping has no setting for", () => {
    const jobs = prod.scrape.jobs.map((job) =>
      job.job === "api-gateway" ? { ...job, createdTimestamps: true as const } : job,
    );
    expect(checkBackend({ ...prod, scrape: { ...prod.scrape, jobs } })).toEqual([
      {
        code: "backend-unable",
        path: "gmp.jobs.api-gateway.createdTimestamps",
        message:
          "the first events of [api-gateway] count by created timestamps, which Google cannot be told to store",
        remedy: "Leave createdTimestamps out of the job, or bind its service to another backend.",
      },
    ]);
  });

  it("refuses an object that no cluster holds", () => {
    const small = checkBackend(prod, 20_000).filter(({ path }) => path.startsWith("gmp."));
    expect(small).toMatchObject([{ code: "backend-unable", path: "gmp.tocsin-orders" }]);
  });
});
