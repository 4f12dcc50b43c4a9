import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AlertGate } from "../../lab/alert-gate";
import { heartbeatPlan, heartbeatProblem } from "../../lab/heartbeat";
import type { Fault, ServiceIncident } from "../../slo/incident";
import { history, historyStart } from "../../lab/workload/history";
import { declaredIncidents, playableIncidents, whatIsMissing } from "../../lab/workload/playable";
import { freePort } from "../../lab/process";
import { Inbox, incidentsOf, readable, type Delivery } from "../../lab/receivers/inbox";
import { scaleDuration, scaleExpression } from "../../lab/time-scale";
import { labSecrets, toLab } from "../../lab/to-lab";
import { identityKey } from "../../plan/identity";
import { runningLab, writeState } from "../../lab/state";
import { Workload } from "../../lab/workload/workload";
import type { Job } from "../../slo/telemetry";
import { incidentsFor } from "../../generators/incidents";
import { ALERTS } from "../../plan/names";
import { planOf, servicesOf } from "../support/plan";

const plan = planOf("prod");

/** Runbook addresses of the rules, by the identity of their alerts. */
function links(of: typeof plan): ReadonlyMap<string, string> {
  const rules = of.ruleGroups.flatMap((group) => group.rules);
  return new Map(
    rules.flatMap((rule) =>
      rule.kind === "record"
        ? []
        : [
            [
              identityKey({
                alertname: rule.alert,
                service: rule.labels["service"] ?? "",
                slo: rule.labels["slo"] ?? "",
              }),
              rule.annotations["runbook_url"] ?? "",
            ] as const,
          ],
    ),
  );
}

const settings = {
  speed: 10,
  address: "http://127.0.0.1:1",
  smtp: "127.0.0.1:2",
  alertmanager: "http://127.0.0.1:4",
};

describe("the lab's clock", () => {
  it("divides windows, offsets and numbers of seconds, and leaves counts and names alone", () => {
    expect(scaleExpression('rate(slo:rate5m{x="5m"}[5m] offset 1h) / 5m > 0.001 * 12', 10)).toBe(
      'rate(slo:rate5m{x="5m"}[30s] offset 6m) / 30s > 0.001 * 12',
    );
  });

  it("leaves an immediate alert immediate", () => {
    expect(scaleDuration("0s", 10)).toBe("0s");
    expect(scaleDuration("75s", 10)).toBe("7500ms");
  });

  it("changes nothing in an expression at the speed of life", () => {
    for (const { expr } of plan.ruleGroups.flatMap((group) => group.rules)) {
      expect(scaleExpression(expr, 1)).toBe(expr);
    }
  });
});

describe("the lab's plan", () => {
  const lab = toLab(plan, settings);

  it("keeps every rule and alert, with labels as they are", () => {
    const labels = (of: typeof plan): unknown =>
      of.ruleGroups.map((group) => group.rules.map((rule) => rule.labels));
    expect(labels(lab)).toEqual(labels(plan));
  });

  it("leads every alert to its own runbook, also where an environment keeps all at one address", () => {
    const url = "https://wiki.example/runbooks";
    const shared = toLab(
      {
        ...plan,
        alerts: plan.alerts.map((alert) => ({ ...alert, runbook: { ...alert.runbook, url } })),
        ruleGroups: plan.ruleGroups.map((group) => ({
          ...group,
          rules: group.rules.map((rule) =>
            rule.kind === "record"
              ? rule
              : { ...rule, annotations: { ...rule.annotations, runbook_url: url } },
          ),
        })),
      },
      settings,
    );
    expect(links(shared)).toEqual(
      new Map(
        plan.alerts.map((alert) => [
          identityKey(alert),
          `http://127.0.0.1:1/runbooks/${alert.runbook.service}/${alert.runbook.slug}`,
        ]),
      ),
    );
  });

  it("refuses a rule that belongs to no alert of the plan, by the identity of the alert", () => {
    const alerts = plan.alerts.filter(({ alertname }) => alertname !== "KillSwitchEnabled");
    expect(() => toLab({ ...plan, alerts }, settings)).toThrow(
      "the rule of [KillSwitchEnabled/orders/none-KillSwitchEnabled] belongs to no alert of the plan; " +
        "its group and the alerts differ",
    );
  });

  it("names no address outside this machine", () => {
    const visited = {
      ...lab,
      runbooks: [],
    };
    // A contract says what a probe asks and what labels say; the workload plays them, and nobody asks there.
    const played = ["description", "labels", "markdown", "probe"];
    const text = JSON.stringify(visited, (key, value: unknown) => (played.includes(key) ? undefined : value));
    expect([...text.matchAll(/https?:\/\/(?!127\.0\.0\.1)[^"\s]+/g)].map((match) => match[0])).toEqual([]);
  });

  it("gives every receiver secrets that only the stand-ins know", () => {
    const secrets = labSecrets(lab.routing, settings.address);
    expect(secrets.get("page-orders.pagerduty")).toBe("page-orders");
    expect(secrets.get("page-orders.slack")).toBe("http://127.0.0.1:1/slack/page-orders");
  });
});

describe("the workload", () => {
  it("exposes series of the contract only", () => {
    const workload = new Workload(plan.services, 0, 1);
    workload.advance(3_600);
    const declared = new Set(
      plan.services.flatMap((service) => service.metrics.map((metric) => metric.name)),
    );
    const exposed = workload.targets().flatMap(({ job, instance }) => workload.samples(job.name, instance));
    expect(new Set(exposed.map(({ name }) => name.replace(/_(?:bucket|count|sum)$/, "")))).toEqual(declared);
  });

  it("fails every request from the moment of the incident on", () => {
    const workload = new Workload(plan.services, 0, 1);
    workload.advance(1_000);
    const count = (of: RegExp): number =>
      workload
        .targets()
        .filter(({ job }) => job.name === "api-gateway")
        .flatMap(({ job, instance }) => workload.samples(job.name, instance))
        .filter(({ name, labels }) => name === "http_requests_total" && of.test(labels["status"] ?? ""))
        .reduce((sum, { value }) => sum + value, 0);
    const before = { good: count(/^[234]/), bad: count(/^5/) };
    workload.setFaults([{ service: "orders", fault: { errors: { job: "api-gateway", share: 1 } } }], 1_000);
    workload.advance(1_100);
    expect(count(/^[234]/)).toBe(before.good);
    expect(Math.abs(count(/^5/) - before.bad - 10_000)).toBeLessThan(60);
  });

  it("swings a gauge to and fro, by the clock of life", () => {
    const workload = new Workload(plan.services, 0, 10);
    const name = "pg_up";
    workload.setFaults([{ service: "orders", fault: { swinging: name } }], 0);
    const seen = [0, 12, 24, 36].map((now) => {
      workload.advance(now);
      const all = workload.samples("postgres-exporter", 0).filter((one) => one.name === name);
      return [...new Set(all.map(({ value }) => value))];
    });
    expect(seen).toEqual([[1], [2], [1], [2]]);
  });

  it("has an incident for every alert but the heartbeat, and none for an alert that is not there", () => {
    const raised = new Set(
      declaredIncidents(plan).flatMap(({ service, alerts }) => alerts.map((alert) => `${service}/${alert}`)),
    );
    const known = new Set(
      plan.alerts
        .filter(({ kind }) => kind !== "heartbeat")
        .map(({ service, alertname }) => `${service}/${alertname}`),
    );
    expect([...raised].sort()).toEqual([...known].sort());
    expect(declaredIncidents(plan).flatMap((incident) => whatIsMissing(incident, plan))).toEqual([]);
  });

  it("derives an incident that can be played for every alert that no service has one for", () => {
    const derived = servicesOf("prod").flatMap((service) =>
      incidentsFor({ ...service, incidents: [] }, plan.alerts).map((incident) => ({
        ...incident,
        service: service.id,
      })),
    );
    const never = new Set<string>([ALERTS.heartbeat, ALERTS.unknownSeverity]);
    expect([...new Set(derived.flatMap(({ alerts }) => alerts))].sort()).toEqual(
      [...new Set(plan.alerts.map(({ alertname }) => alertname))].filter((name) => !never.has(name)).sort(),
    );
    expect(derived.flatMap((incident) => whatIsMissing(incident, plan))).toEqual([]);
  });

  it("plays a service of one request in a quarter of an hour, whose past keeps its objectives", () => {
    const quiet = {
      ...plan,
      services: plan.services.map((service) => {
        const slowly = <T extends { readonly job: Job }>(metric: T): T => ({
          ...metric,
          job: { ...metric.job, requestsPerSecond: 0.001 },
        });
        return { ...service, metrics: service.metrics.map(slowly) };
      }),
      slos: plan.slos.filter(({ service }) => service === "stock"),
      anomalies: [],
      scrape: { ...plan.scrape, interval: "10m" as const },
    };
    const now = 1_000_000;
    const workload = new Workload(quiet.services, historyStart({ speed: 1, now }), 1);
    const remaining = [...history({ plan: quiet, speed: 1, now }, workload)].filter((line) =>
      line.startsWith("slo:error_budget:remaining_ratio"),
    );
    expect(
      new Set(remaining.map((line) => line.replace(/^.*slo_id="([^"]+)".*\} (0\.\d)\d* \d+$/, "$1 $2"))),
    ).toEqual(new Set(["stock-availability 0.8", "stock-latency 0.9"]));
  });
});

describe("an incident that an environment cannot play", () => {
  const dev = planOf("dev");
  const [orders] = plan.services.filter(({ id }) => id === "orders");
  const incident = (fault: Fault, service = "orders", alerts = ["ServiceDown"]): ServiceIncident => ({
    id: "x",
    service,
    says: "x",
    alerts,
    fault,
  });
  const gauges = (orders?.metrics ?? []).filter(({ type }) => type === "gauge").map(({ name }) => name);
  const jobs = (orders?.jobs ?? []).map(({ name }) => name).join(", ");

  it.each<[string, ServiceIncident, string]>([
    [
      "of a service that is not there",
      incident({}, "shop"),
      `the service [shop] is not in prod, which has [${plan.services.map(({ id }) => id).join(", ")}]`,
    ],
    [
      "of a job with another name",
      incident({ targets: { job: "gateway", up: 0 } }),
      `[orders] does not have the job [gateway]; it has [${jobs}]`,
    ],
    [
      "of errors in a job with another name",
      incident({ errors: { job: "gateway", share: 1 } }),
      `[orders] does not have the job [gateway]; it has [${jobs}]`,
    ],
    [
      "of a stray series in a job with another name",
      incident({ stray: { job: "gateway", name: "x", labels: {} } }),
      `[orders] does not have the job [gateway]; it has [${jobs}]`,
    ],
    [
      "of slow requests in a job with another name",
      incident({ slow: { job: "gateway", share: 1 } }),
      `[orders] does not have the job [gateway]; it has [${jobs}]`,
    ],
    [
      "of a gauge with another label",
      incident({ gauge: { name: "orders_emergency_control", labels: { control: "x" }, value: 1 } }),
      `[orders] does not have the gauge [orders_emergency_control{control="x"}]; it has [${[...new Set(gauges)].join(", ")}]`,
    ],
    [
      "of a gauge that has the value anyway",
      incident({ gauge: { name: "pg_up", labels: {}, value: 1 } }),
      "the gauge [pg_up] is [1] anyway here",
    ],
    [
      "of targets of which as many answer anyway",
      incident({ targets: { job: "api-gateway", up: 3 } }),
      "the job [api-gateway] has 3 targets here, so that 3 that answer are no fault",
    ],
    [
      "that none of its alerts notices",
      incident({ targets: { job: "api-gateway", up: 0 } }, "orders", ["Gone"]),
      "none of its alerts [Gone] is in prod, where [orders] has [",
    ],
  ])("is refused with what there is: one %s", (_what, refused, why) => {
    const [first, ...others] = whatIsMissing(refused, plan);
    expect(others).toEqual([]);
    expect(first?.slice(0, why.length)).toBe(why);
  });

  it.each<[keyof Fault, Fault, string]>([
    ["counter", { counter: { name: "x", perSecond: 1 } }, "the counter [x]"],
    ["vanished", { vanished: "x" }, "the metric [x]"],
    ["renamedLabel", { renamedLabel: { metric: "pg_up", label: "x", to: "y" } }, "the label [pg_up x]"],
    ["disagreeing", { disagreeing: "x" }, "the gauge [x]"],
    ["swinging", { swinging: "x" }, "the gauge [x]"],
    [
      "lostBucket",
      { lostBucket: { histogram: "http_request_duration_seconds", bound: "7" } },
      "the bucket [http_request_duration_seconds 7]",
    ],
    [
      "slow",
      { slow: { job: "api-gateway", share: 1, histogram: "x" } },
      "a histogram [x] in the job [api-gateway]",
    ],
    [
      "errors",
      { errors: { job: "api-gateway", share: 1, counter: "x" } },
      "a metric [x] that counts such events in the job [api-gateway]",
    ],
  ])("names the part that is not there: %s", (_kind, fault, part) => {
    expect(whatIsMissing(incident(fault), plan)).toEqual([
      expect.stringContaining(`[orders] does not have ${part}; it has [`),
    ]);
  });

  it("is not offered, and the others promise only alerts that there are", () => {
    const offered = playableIncidents(dev);
    const known = dev.alerts.map(({ service, alertname }) => `${service}/${alertname}`);
    expect(offered.map(({ id }) => id)).not.toContain("alertmanager-one-down");
    expect(offered.map(({ id }) => id)).toContain("api-errors");
    expect(
      offered
        .flatMap(({ service, alerts }) => alerts.map((alert) => `${service}/${alert}`))
        .filter((alert) => !known.includes(alert)),
    ).toEqual([]);
  });
});

describe("the way from Prometheus to Alertmanager", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-gate-"));
  const file = join(folder, "told.json");
  const now = Date.parse("2026-01-01T12:00:00Z");
  const alert = (name: string, endsAt: string): { labels: Record<string, string>; endsAt: string } => ({
    labels: { alertname: name, cluster: "c" },
    endsAt,
  });
  const fires = (name: string): ReturnType<typeof alert> => alert(name, "2026-01-01T12:04:00Z");
  const isOver = (name: string): ReturnType<typeof alert> => alert(name, "2026-01-01T11:59:00Z");

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is shut until the lab is ready, and then lets pass what fires and no end without a beginning", () => {
    const gate = new AlertGate(file);
    expect(gate.passing([fires("A"), isOver("B")], now)).toEqual([]);
    gate.open();
    expect(gate.passing([fires("A"), isOver("B")], now)).toEqual([fires("A")]);
  });

  it("lets the end pass of what Alertmanager took, again until it took that too, also after a restart", () => {
    const gate = new AlertGate(file);
    gate.open();
    expect(gate.passing([isOver("A")], now)).toEqual([]);
    gate.took([fires("A")], now);
    const next = new AlertGate(file);
    expect([next.wasTold({ alertname: "A" }), next.wasTold({ alertname: "B" })]).toEqual([true, false]);
    next.open();
    expect(next.passing([isOver("A")], now)).toEqual([isOver("A")]);
    next.took([isOver("A")], now);
    expect(new AlertGate(file).passing([isOver("A")], now)).toEqual([]);
  });
});

describe("the heartbeat of the lab", () => {
  it("is missed after four beats and no sooner, and not at all where nobody listens", () => {
    const beats = heartbeatPlan(plan.routing);
    expect(beats).toEqual({ everyMs: 60_000, limitMs: 240_000 });
    expect(heartbeatPlan(toLab(plan, settings).routing)).toEqual({ everyMs: 6_000, limitMs: 24_000 });
    expect(heartbeatProblem(beats, 0, 240_000)).toBeUndefined();
    expect(heartbeatProblem(beats, 0, 241_000)).toBe(
      "no heartbeat for 241 s, and one is due every 60 s: Prometheus does not evaluate, or Alertmanager does not send",
    );
    const receivers = plan.routing.receivers.filter(({ purpose }) => purpose !== "heartbeat");
    expect(heartbeatPlan({ ...plan.routing, receivers })).toBeUndefined();
  });
});

describe("what a lab leaves behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-state-"));

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("is cleared away with its programs when its process was killed", async () => {
    const orphan = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)", folder]);
    const gone = new Promise((resolve) => orphan.once("exit", resolve));
    const state = {
      pid: 2 ** 22 + 1,
      address: "",
      token: "",
      environment: "prod",
      speed: 10,
      prometheus: "",
      alertmanager: "",
      ready: true,
      since: 0,
    };
    writeState(folder, { ...state, programs: [{ name: "prometheus", pid: orphan.pid ?? 0 }] });
    expect(runningLab(folder)).toBeUndefined();
    await gone;
    expect(orphan.signalCode).toBe("SIGTERM");
  });

  it("keeps notifications over a restart, and the whole ones when a crash cut off the last", () => {
    const file = join(folder, "inbox.jsonl");
    const delivery = {
      time: "",
      channel: "slack",
      receiver: "r",
      status: "firing",
      alerts: "",
      title: "t",
      text: "",
      links: [],
    } as const;
    new Inbox(file).add(delivery);
    expect(new Inbox(file).all()).toEqual([delivery]);
  });

  it("says which port is in use and what to do", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await expect(freePort(port, "--port")).rejects.toThrow(
      `port [${port}] is in use; name another with --port, or leave it out and a free one is found`,
    );
    server.close();
  });
});

describe("the inbox", () => {
  it("says which deliveries are one incident on the pager", () => {
    const delivery = (dedupKey: string, status: "firing" | "resolved"): Delivery => ({
      ...{ time: "", receiver: "page-orders", status, alerts: "", title: "", text: "", links: [] },
      ...(dedupKey === "" ? { channel: "slack" } : { channel: "pagerduty", dedupKey }),
    });
    const both = ["a", "", "b", "a"].map((key) => delivery(key, "firing"));
    expect(incidentsOf([...both, delivery("a", "resolved"), delivery("a", "firing")])).toEqual([
      "opens incident 1",
      "",
      "opens incident 2",
      "updates incident 1, no new page",
      "resolves incident 1",
      "opens incident 3",
    ]);
  });

  it("shows what would write over a terminal, and keeps lines and letters", () => {
    expect(readable("a\u001b[2J\u202egnol\u0007\tb\nгрeen 👩‍🚒")).toBe(
      "a\\u001b[2J\\u202egnol\\u0007\tb\nгрeen 👩‍🚒",
    );
  });
});
