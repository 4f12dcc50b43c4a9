import { diagnose } from "../../review/doctor/diagnosis";
import type { RunningServer } from "../../review/running-server";
import { sizeOf, tooSmall } from "../../review/size";
import { expectedVolume } from "../../review/volume";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { planInCluster } from "../support/long-term";
import { boundPlan, planOf } from "../support/plan";

const GIB = 1024 ** 3;
const plan = planOf("prod");

/** The plan with a Prometheus of another size. */
function withServer(memory: string, size: string): MonitoringPlan {
  const { prometheus } = plan.platform;
  return {
    ...plan,
    platform: {
      ...plan.platform,
      prometheus: { ...prometheus, resources: { cpu: "1", memory }, storage: { size } },
    },
  };
}

describe("the size of an environment", () => {
  const size = sizeOf(plan, {});
  const { series, samplesPerSecond } = expectedVolume(plan);

  it("counts series and samples as `tocsin diff` does", () => {
    expect([size.series, size.samplesPerSecond]).toEqual([series, samplesPerSecond]);
    expect(series).toBeGreaterThan(1_000);
  });

  it("asks for memory by series and for disk by samples and days, each with a reserve", () => {
    expect(size.memory.needed).toBe(2 * (60_000_000 + 4_000 * series));
    expect(size.disk.needed).toBeCloseTo((samplesPerSecond * 1.5 * 35 * 86_400) / 0.8, 3);
    expect(tooSmall(size)).toEqual([]);
  });

  it.each([
    ["64Mi", "100Gi", ["memory"]],
    ["4Gi", "1Gi", []],
    ["4Gi", "128Mi", ["disk"]],
    ["64Mi", "128Mi", ["memory", "disk"]],
  ] as const)("finds what is too small: %s of memory and %s of disk", (memory, disk, short) => {
    expect(tooSmall(sizeOf(withServer(memory, disk), {}))).toEqual(short);
  });

  it("adds up what all pods ask for, and leaves out no replica and no volume", () => {
    const { prometheus, alertmanager } = plan.platform;
    const more = {
      ...plan,
      platform: { ...plan.platform, prometheus: { ...prometheus, replicas: prometheus.replicas + 1 } },
    };
    const { reserved } = sizeOf(more, {});
    expect(reserved.pods).toBe(size.reserved.pods + 1);
    expect(reserved.memory - size.reserved.memory).toBe(4 * GIB);
    expect(reserved.disk - size.reserved.disk).toBe(100 * GIB);
    expect(size.reserved.disk).toBe(prometheus.replicas * 100 * GIB + alertmanager.replicas * 5 * GIB);
  });

  it("costs what the prices of the repository say, and names what has none", () => {
    expect(size.costs).toEqual([]);
    expect(size.unpriced).toEqual(["cluster"]);
    const cluster = { perCore: 20, perGiBMemory: 3, perGiBDisk: 0.1, currency: "EUR" };
    const { milliCpu, memory, disk } = size.reserved;
    expect(sizeOf(plan, { cluster }).costs).toEqual([
      {
        of: "cluster",
        currency: "EUR",
        amount: (milliCpu / 1_000) * 20 + (memory / GIB) * 3 + (disk / GIB) * 0.1,
      },
    ]);
    const google = boundPlan("prod", { orders: { metrics: "gmp" } });
    const priced = sizeOf(google, { gmp: { perMillionSamples: 0.06, currency: "USD" } });
    expect(priced.costs.map(({ of, currency }) => `${of} ${currency}`)).toEqual(["gmp USD"]);
    // What Google keeps fills no server of the stack.
    expect(priced.series).toBeLessThan(size.series);
  });

  it("holds what a bucket keeps of every replica, where the stack reads one", () => {
    const retention = { raw: "10d", fiveMinutes: "20d", oneHour: "40d" };
    const { bucket, ...kept } = sizeOf(planInCluster("prod-eu-1", { retention }), {
      bucket: { perGiB: 0.02, currency: "USD" },
    });
    const day = 86_400;
    const thinned = (step: number, days: number): number => ((kept.series * 5) / step) * days * day * 1.5;
    expect(bucket).toBeCloseTo(
      2 * (kept.samplesPerSecond * 10 * day * 1.5 + thinned(300, 20) + thinned(3_600, 40)),
      3,
    );
    expect(kept.costs).toEqual([{ of: "bucket", currency: "USD", amount: ((bucket ?? 0) / GIB) * 0.02 }]);
    expect(sizeOf(planInCluster("prod-us-1"), {})).not.toHaveProperty("bucket");
  });
});

describe("a running server", () => {
  const server = (series: number): RunningServer => ({
    version: "3.5.0",
    retention: "5w",
    flags: {},
    externalLabels: {},
    alertmanagers: 1,
    series,
    groups: [],
    targets: [],
    labels: new Map(),
  });
  const said = (series: number): readonly string[] =>
    diagnose(plan, server(series), (way) => way.join("."))
      .notices.filter(({ path }) => path === "prometheus.resources.memory")
      .map(({ message }) => message);

  it("that holds far more than is declared is told by the doctor", () => {
    const { series } = expectedVolume(plan);
    expect(said(Math.floor(2 * series))).toEqual([]);
    expect(said(Math.floor(2 * series) + 1)).toEqual([
      `the server holds [${Math.floor(2 * series) + 1}] series, and the contracts declare about ${Math.round(series)}`,
    ]);
  });
});
