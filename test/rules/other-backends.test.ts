import { writeFileSync } from "node:fs";
import path from "node:path";
import { call } from "../../receivers/template";
import { NOTIFICATION_TEMPLATES, TEMPLATE_FILE } from "../../backends/alertmanager/templates";
import { withoutCalls } from "../../backends/alertmanager/self-contained";
import { managedAlertmanagerConfig } from "../../backends/gmp/alertmanager";
import { managedPrometheus } from "../../backends/gmp/content";
import { toYaml } from "../../backends/file-set";
import { monitoringFiles } from "../../backends/files";
import { ruleTestFiles } from "../../backends/prometheus/rule-tests";
import { ruleTests } from "../../backends/rule-tests/rule-tests";
import type { Toolchain } from "../../lab/toolchain";
import type { RuleGroup } from "../../plan/monitoring-plan";
import { receiverSecrets } from "../../plan/routing";
import { boundPlan, servicesOf } from "../support/plan";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles, type Ended } from "../support/program";

const TEN_MINUTES = 600_000;

const google = boundPlan("prod", { orders: { metrics: "gmp" } });
const grafana = boundPlan("prod", { orders: { metrics: "kubernetes", alerts: "grafana" } });

let programs: Toolchain;
let folder: string;

const at = (...names: readonly string[]): string => path.join(folder, ...names);

beforeAll(async () => {
  programs = await toolchain();
  folder = temporaryFolder();
}, TEN_MINUTES);

afterAll(() => {
  removeFolder(folder);
});

/** Of all tests of the rules these use every rule whose expression differs in Google's dialect. */
const TESTS = /^orders\/api-(?:availability|latency)\./;

describe("the rules of a service in Google Managed Prometheus", () => {
  const tests = ruleTests(
    google,
    servicesOf("prod").filter(({ id }) => id === "orders"),
  ).filter(({ name }) => TESTS.test(name));

  beforeAll(() => {
    const objects = managedPrometheus(google, {})?.objects ?? [];
    const groups = objects.flatMap((object) => ("groups" in object.spec ? object.spec.groups : []));
    const inDialect = (own: RuleGroup): (typeof groups)[number] | undefined => {
      const group = groups.find(({ name }) => name === own.name);
      const named = (rule: object): unknown =>
        "record" in rule ? rule.record : "alert" in rule && rule.alert;
      const wanted = own.rules.map(named);
      return group && { ...group, rules: group.rules.filter((rule) => wanted.includes(named(rule))) };
    };
    expect(groups.length).toBeGreaterThan(5);
    writeFiles(at("google"), new Map([["rules/orders.yml", toYaml({ groups })]]));
    writeFiles(at("google"), ruleTestFiles(tests));
    writeFiles(
      at("google"),
      new Map(
        tests.map((test) => [`tests/${test.name}.rules.yml`, toYaml({ groups: test.groups.map(inDialect) })]),
      ),
    );
  });

  it("are rules that promtool reads", async () => {
    expect(await runProgram(programs.promtool, ["check", "rules", at("google", "rules/orders.yml")])).toEqual(
      {
        code: 0,
        output: expect.stringMatching(/SUCCESS: [1-9]\d+ rules found/),
      },
    );
  });

  it(
    "pass the tests of the plan's rules in their dialect, too",
    async () => {
      expect(tests).toHaveLength(23);
      const files = tests.map(({ name }) => at("google", "tests", `${name}.yml`));
      expect(await runProgram(programs.promtool, ["test", "rules", ...files])).toEqual({
        code: 0,
        output: expect.stringContaining("SUCCESS"),
      });
    },
    TEN_MINUTES,
  );
});

describe("what is left to the stack's own Prometheus", () => {
  it.each([
    ["Google evaluates a service", "google-rest", google, ["orders"]],
    ["Grafana evaluates its alerts", "grafana-rest", grafana, []],
  ])("is a configuration that promtool takes where %s", async (_what, name, plan, elsewhere) => {
    const owners = plan.services.map(({ id }) => id).filter((id) => !elsewhere.some((one) => one === id));
    const files = monitoringFiles(plan);
    writeFiles(at(name), files);
    const rules = [...files.keys()].filter((file) => file.startsWith("prometheus/rules/"));
    expect(rules).toEqual(owners.map((owner) => `prometheus/rules/${owner}.yml`));
    const ended = await runProgram(programs.promtool, [
      "check",
      "config",
      at(name, "prometheus", "prometheus.yml"),
    ]);
    expect(ended).toEqual({
      code: 0,
      output: expect.stringContaining(`SUCCESS: ${owners.length} rule files`),
    });
    const own = files.get("prometheus/rules/orders.yml") ?? "";
    expect(own).not.toMatch(/^ +- alert:/m);
  });
});

describe("the configuration of the managed Alertmanager", () => {
  const secrets = Object.fromEntries(
    receiverSecrets(google.routing).map((key) => [key, `https://hooks.example/${key}`]),
  );

  it("is one that amtool takes, without any file beside it", async () => {
    writeFileSync(at("alertmanager.yaml"), managedAlertmanagerConfig(google.routing, secrets));
    expect(await runProgram(programs.amtool, ["check-config", at("alertmanager.yaml")])).toEqual({
      code: 0,
      output: expect.stringMatching(/SUCCESS[\s\S]* 0 templates/),
    });
  });

  const render = (text: string): Promise<Ended> =>
    runProgram(programs.amtool, [
      "template",
      "render",
      `--template.glob=${at(TEMPLATE_FILE)}`,
      `--template.data=${at("data.json")}`,
      `--template.text=${text}`,
    ]);

  beforeAll(() => {
    const labels = {
      environment: "prod",
      service: "orders",
      severity: "critical",
      slo: "api",
      team: "orders",
    };
    const alert = (alertname: string): object => ({
      status: "firing",
      labels: { alertname, ...labels },
      annotations: {
        summary: "Down",
        description: "It is.",
        runbook_url: "https://r",
        dashboard_url: "https://d",
      },
      startsAt: "2026-01-02T03:04:05Z",
      endsAt: "0001-01-01T00:00:00Z",
    });
    const data = { status: "firing", alerts: [alert("One"), alert("Two")], commonLabels: labels };
    writeFileSync(at("data.json"), JSON.stringify(data));
    writeFileSync(at(TEMPLATE_FILE), NOTIFICATION_TEMPLATES);
  });

  it.each([
    ...["title", "runbook", "email.alerts", "email.title", "msteams.text", "msteams.title"],
    ...["pagerduty.alerts", "pagerduty.firing", "pagerduty.severity"],
    ...["slack.color", "slack.text", "slack.title"],
  ])("says by the text itself what [%s] says by a template", async (name) => {
    const text = call(name);
    const [called, inlined] = await Promise.all([render(text), render(withoutCalls(text))]);
    expect(inlined).toEqual(called);
    expect(called).toEqual({ code: 0, output: expect.stringMatching(/\S/) });
    expect(withoutCalls(text)).not.toContain("{{ template");
  });
});
