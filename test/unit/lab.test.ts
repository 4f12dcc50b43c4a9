import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INCIDENTS } from "../../lab/workload/incidents";
import { freePort } from "../../lab/process";
import { Inbox } from "../../lab/receivers/inbox";
import { scaleDuration, scaleExpression } from "../../lab/time-scale";
import { labSecrets, toLab } from "../../lab/to-lab";
import { identityKey } from "../../plan/identity";
import { runningLab, writeState } from "../../lab/state";
import { Workload } from "../../lab/workload/workload";
import { planOf } from "../support/plan";

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
  prometheus: "http://127.0.0.1:3",
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
      "the rule of [KillSwitchEnabled/omnihub/none-KillSwitchEnabled] belongs to no alert of the plan; " +
        "its group and the alerts differ",
    );
  });

  it("names no address outside this machine", () => {
    const visited = {
      ...lab,
      runbooks: [],
      routing: {
        ...lab.routing,
        receivers: lab.routing.receivers.map((receiver) => ({ ...receiver, email: undefined })),
      },
    };
    // A contract says what a probe asks; the workload plays the answer and nobody asks.
    const text = JSON.stringify(visited, (key, value: unknown) => (key === "probe" ? undefined : value));
    expect([...text.matchAll(/https?:\/\/(?!127\.0\.0\.1)[^"\s]+/g)].map((match) => match[0])).toEqual([]);
  });

  it("gives every receiver secrets that only the stand-ins know", () => {
    const secrets = labSecrets(lab.routing, settings.address);
    expect(secrets.get("page-omnihub.pagerduty")).toBe("page-omnihub");
    expect(secrets.get("page-omnihub.slack")).toBe("http://127.0.0.1:1/slack/page-omnihub");
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
    workload.setFaults([{ service: "omnihub", fault: { errors: { job: "api-gateway", share: 1 } } }], 1_000);
    workload.advance(1_100);
    expect(count(/^[234]/)).toBe(before.good);
    expect(Math.abs(count(/^5/) - before.bad - 10_000)).toBeLessThan(60);
  });

  it("has an incident for every alert but the heartbeat, and none for an alert that is not there", () => {
    const raised = new Set(
      INCIDENTS.flatMap(({ service, alerts }) => alerts.map((alert) => `${service}/${alert}`)),
    );
    const known = new Set(
      plan.alerts
        .filter(({ kind }) => kind !== "heartbeat")
        .map(({ service, alertname }) => `${service}/${alertname}`),
    );
    expect([...raised].sort()).toEqual([...known].sort());
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
