import { checkBackend } from "../../backends/check";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import { testRules } from "../../lab/played-rules";
import type { Toolchain } from "../../lab/toolchain";
import { defineService } from "../../parts/define-service";
import { otelHttpServer } from "../../parts/servers";
import { requestRatio } from "../../slo/sli";
import { where, type Histogram } from "../../slo/telemetry";
import { validateServices } from "../../slo/validation/services";
import { planWith, SHOP } from "../support/http-shop";
import { toolchain } from "../support/toolchain";

const shop = defineService(SHOP, [
  otelHttpServer({
    availability: "99.9%",
    latency: { threshold: "0.25", objective: "99%" },
    requestsPerSecond: 50,
    native: true,
    job: { createdTimestamps: true },
  }),
]);
const plan = planWith(shop);
const tests = ruleTests(plan, [shop]).filter(({ name }) => name.startsWith("shop/"));
const [histogram] = shop.telemetry.metrics as [Histogram];

describe("objectives on a native histogram", () => {
  let programs: Toolchain;

  beforeAll(async () => {
    programs = await toolchain();
  }, 600_000);

  it("read the one series that it has", () => {
    expect(validateServices([shop], ["prod"])).toEqual([]);
    const exprs = plan.ruleGroups
      .filter(({ file }) => file === "shop")
      .flatMap(({ rules }) => rules.map(({ expr }) => expr));
    expect(exprs.filter((expr) => /_bucket|_count\{/.test(expr))).toEqual([]);
    expect(exprs.some((expr) => expr.includes("histogram_fraction(0.25, +Inf,"))).toBe(true);
    expect(plan.scrape.jobs.find(({ job }) => job === "shop-api")?.histograms).toBe("native");
  });

  it.each(tests)("count what the model says: $name", async (test) => {
    const { code, output } = await testRules(programs.promtool, test);
    expect(code === 0 ? "" : output).toBe("");
  });

  it.each([
    [
      "a job that says nothing of times of creation",
      { ...histogram, job: { ...histogram.job, createdTimestamps: false } },
      "telemetry.metrics.http_server_request_duration_seconds.native: [true] of a job without createdTimestamps, which whatever exposes native histograms has",
    ],
  ])("are refused of %s", (_, metric, problem) => {
    const wrong = { ...shop, telemetry: { jobs: [metric.job], metrics: [metric] } };
    expect(
      validateServices([wrong], ["prod"]).map(
        ({ path, message }) => `${path.replace("services.shop.", "")}: ${message}`,
      ),
    ).toContain(problem);
  });

  it.each(["gmp", "operator"] as const)("are refused where %s scrapes", (backend) => {
    const services = plan.services.map((one) => ({ ...one, backend: { metrics: backend, alerts: backend } }));
    const problems = checkBackend({ ...plan, services }).filter(
      ({ path }) => path === `${backend}.jobs.shop-api`,
    );
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("[shop-api] has native histograms, and cannot be scraped for them: a Pod"),
    ]);
    expect(checkBackend(plan)).toEqual([]);
  });

  it("are refused as SLIs of classic ones, with the one that reads it", () => {
    const slos = shop.slos.map((slo) => ({
      ...slo,
      sli: requestRatio({ total: histogram, errors: where(histogram, { http_response_status_code: "500" }) }),
    }));
    expect(validateServices([{ ...shop, slos }], ["prod"])[0]).toMatchObject({
      path: "services.shop.slos.availability.sli.total",
      remedy: "Use nativeRequestRatio, or leave [native] out of the contract.",
    });
  });
});
