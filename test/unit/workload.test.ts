import { eventShares, failsIn } from "../../lab/workload/distribution";
import type { ErrorFault, Fault, PlayedFault } from "../../slo/incident";
import { Workload } from "../../lab/workload/workload";
import { OWN_PROMETHEUS } from "../../plan/backend";
import type { PlannedService } from "../../plan/monitoring-plan";
import type { Counter, Gauge, Histogram, Job } from "../../slo/telemetry";

const jobOf = (service: string): Job => ({
  name: `${service}-api`,
  namespace: service,
  port: "metrics",
  path: "/metrics",
  instances: 2,
  requestsPerSecond: 100,
});

const requestsOf = (job: Job): Counter => ({
  type: "counter",
  name: "requests_total",
  help: "Requests.",
  job,
  labels: { route: ["/read", "/write"], status: ["200", "401", "500"] },
  initialisedToZero: true,
});

const sessions: Counter = {
  ...requestsOf(jobOf("one")),
  name: "sessions_total",
  labels: { reason: ["normal", "error", "timeout"] },
  usual: { reason: { error: 0.004, timeout: 0.002 } },
};

const serviceOf = (id: string): PlannedService => {
  const job = jobOf(id);
  const connections: Gauge = {
    type: "gauge",
    name: "connections",
    help: "Connections.",
    job,
    labels: {},
    normal: 10,
  };
  const duration: Histogram = {
    type: "histogram",
    name: "duration_seconds",
    help: "Duration.",
    job,
    labels: { route: ["/read", "/write"] },
    bounds: ["0.5"],
    initialisedToZero: true,
    median: 0.05,
  };
  const about = {
    title: id,
    description: id,
    team: id,
    tier: 2,
    dashboardUrl: "https://grafana.example/d/x",
    backend: OWN_PROMETHEUS,
  };
  return { id, ...about, jobs: [job], metrics: [requestsOf(job), connections, duration], incidents: [] };
};

describe("how events spread", () => {
  const shares = (counter: Counter, ...faults: readonly ErrorFault[]): Record<string, number> =>
    Object.fromEntries(
      eventShares(counter, faults).map(({ labels, share }) => [
        Object.values(labels).join(" "),
        Number(share.toFixed(6)),
      ]),
    );

  it("follows what the contract says is usual, and the rest goes to the value of which nothing is said", () => {
    expect(shares(sessions)).toEqual({ normal: 0.994, error: 0.004, timeout: 0.002 });
  });

  it("knows usual statuses, and treats values of other labels alike", () => {
    expect(shares(requestsOf(jobOf("one")))).toEqual({
      "/read 200": 0.4999,
      "/read 401": 0,
      "/read 500": 0.0001,
      "/write 200": 0.4999,
      "/write 401": 0,
      "/write 500": 0.0001,
    });
  });

  it("lets the share of a fault fail as it says, among what it says, and leaves the rest as it was", () => {
    const fault = { job: "one-api", share: 0.5, as: { status: "401" }, among: { route: "/write" } };
    expect(shares(requestsOf(jobOf("one")), fault)).toEqual({
      "/read 200": 0.4999,
      "/read 401": 0,
      "/read 500": 0.0001,
      "/write 200": 0.24995,
      "/write 401": 0.25,
      "/write 500": 0.00005,
    });
  });

  it("adds faults of one counter up", () => {
    const job = "one-api";
    const both = shares(
      requestsOf(jobOf("one")),
      { job, share: 0.2, as: { status: "401" } },
      { job, share: 0.5, as: { status: "500" } },
    );
    // The second takes its half from what the first left, and from the usual failures that it found.
    expect([both["/read 401"], both["/read 500"], both["/read 200"]]).toEqual([0.050008, 0.25, 0.199992]);
  });

  it.each([
    [{ job: "one-api", share: 1 }, true],
    [{ job: "two-api", share: 1 }, false],
    [{ job: "one-api", share: 1, counter: "sessions_total" }, false],
    [{ job: "one-api", share: 1, as: { status: "401" } }, true],
    [{ job: "one-api", share: 1, as: { status: "403" } }, false],
    [{ job: "one-api", share: 1, as: { reason: "error" } }, false],
  ])("asks whether a counter has the events of %j: %s", (fault, has) => {
    expect(failsIn(requestsOf(jobOf("one")), fault)).toBe(has);
  });
});

describe("two services with metrics of one name", () => {
  const played = (fault: Fault): PlayedFault[] => [{ service: "one", fault }];
  const values = (service: string, faults: readonly PlayedFault[], name: string): readonly number[] => {
    const workload = new Workload([serviceOf("one"), serviceOf("two")], 0, 1);
    workload.setFaults(faults, 0);
    workload.advance(1_000);
    return workload
      .samples(`${service}-api`, 0)
      .filter((sample) => sample.name === name)
      .map(({ value }) => value);
  };

  it("share no fault of a gauge", () => {
    const faults = played({ gauge: { name: "connections", labels: {}, value: 90 } });
    expect([values("one", faults, "connections"), values("two", faults, "connections")]).toEqual([
      [90],
      [10],
    ]);
  });

  it("share no fault of a counter", () => {
    const faults = played({ counter: { name: "requests_total", perSecond: 0 } });
    const grown = (service: string): boolean => values(service, faults, "requests_total").some((n) => n > 1);
    expect([grown("one"), grown("two")]).toEqual([false, true]);
  });

  it("share no lost bucket", () => {
    const faults = played({ lostBucket: { histogram: "duration_seconds", bound: "0.5" } });
    const buckets = (service: string): number => values(service, faults, "duration_seconds_bucket").length;
    expect([buckets("one"), buckets("two")]).toEqual([2, 4]);
  });

  it("are slow where the fault says, and nowhere else", () => {
    const slow = { job: "one-api", share: 1, histogram: "duration_seconds", among: { route: "/write" } };
    const within = values("one", played({ slow }), "duration_seconds_bucket");
    // Per route the bucket of the bound, then that of everything: 25,000 of 50,000 a target.
    expect(within.map((count) => Math.round(count / 100))).toEqual([250, 250, 0, 250]);
  });
});
