import { readFileSync } from "node:fs";
import path from "node:path";
import { ruleFiles } from "../../backends/prometheus/rules";
import { ruleTestFiles } from "../../generators/rule-tests/test-files";
import { identityKey } from "../../plan/identity";
import { servicesOf, wholePlanOf } from "../support/plan";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles, type Ended } from "../support/program";

const HALF_AN_HOUR = 1_800_000;

const plan = wholePlanOf("prod");
const files = ruleTestFiles(plan, servicesOf("prod"));

describe("the generated rule tests of prod", () => {
  const text = [...files.values()].join("\n");
  const samples = [...new Set(text.match(/^ *- labels: ALERTS\{.*$/gm))];

  it.each(plan.alerts.map((alert) => ({ key: identityKey(alert), alert })))(
    "expect $key to fire, with its labels (X-1)",
    ({ alert }) => {
      const { alertname, category, environment, service, severity, slo, team } = alert;
      const labels = { alertname, alertstate: "firing", category, environment, service, severity, slo, team };
      const parts = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
      expect(samples.filter((sample) => parts.every((part) => sample.includes(part)))).not.toEqual([]);
    },
  );

  it("assert something in every case", () => {
    const cases = text.split(/^ {2}- name: /m).slice(1);
    expect(cases.length).toBeGreaterThan(50);
    expect(
      cases.filter((story) => !story.includes("- expr: ")).map((story) => story.split("\n", 1)[0]),
    ).toEqual([]);
  });
});

describe("promtool, over the generated rules of prod", () => {
  const folder = temporaryFolder();
  const fileOf = (name: string): string => path.join(folder, "tests", name);

  /** With fewer collections of garbage it needs a quarter less time. */
  const run = async (file: string): Promise<Ended> =>
    runProgram((await toolchain()).promtool, ["test", "rules", file], { GOGC: "400" });

  beforeAll(async () => {
    await toolchain();
    writeFiles(folder, ruleFiles(plan));
    writeFiles(folder, files);
  }, HALF_AN_HOUR);

  afterAll(() => {
    removeFolder(folder);
  });

  const pass = async (service: string): Promise<void> => {
    const names = ["30s", "5m"].map((interval) => fileOf(`${service}.${interval}.yml`));
    const ended = await Promise.all(names.map(run));
    expect(ended).toEqual(names.map(() => ({ code: 0, output: expect.stringContaining("SUCCESS") })));
  };

  it(
    "agrees with the model on omnihub (OMNIHUB-NEXT-3) [sources of omnihub]",
    () => pass("omnihub"),
    HALF_AN_HOUR,
  );
  it("agrees with the model on backend [sources of backend]", () => pass("backend"), HALF_AN_HOUR);
  it("agrees with the model on engram [sources of engram]", () => pass("engram"), HALF_AN_HOUR);
  it("agrees with the model on envsync [sources of envsync]", () => pass("envsync"), HALF_AN_HOUR);
  it("agrees with the model on bytspot [sources of bytspot]", () => pass("bytspot"), HALF_AN_HOUR);
  it(
    "agrees with the model on the monitoring itself (X-5) [sources of tocsin]",
    () => pass("tocsin"),
    HALF_AN_HOUR,
  );

  it("disagrees when an expectation is wrong", async () => {
    const right = readFileSync(fileOf("tocsin.5m.yml"), "utf8");
    const wrong = right.replaceAll("value: 1", "value: 2");
    expect(wrong).not.toBe(right);
    writeFiles(folder, new Map([["tests/wrong.yml", wrong]]));
    expect(await run(fileOf("wrong.yml"))).toEqual({ code: 1, output: expect.stringContaining("FAILED") });
  });
});
