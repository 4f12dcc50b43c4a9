import { writeFileSync } from "node:fs";
import path from "node:path";
import { monitoringFiles } from "../../backends/files";
import { catalogue } from "../../catalogue";
import { NOTIFICATION_TEMPLATES } from "../../backends/alertmanager/templates";
import type { Toolchain } from "../../lab/toolchain";
import { planOf, wholePlanOf } from "../support/plan";
import { STACKS } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder, writeFiles, type Ended } from "../support/program";

const TEN_MINUTES = 600_000;

let programs: Toolchain;
let folder: string;

const inStack = (stack: string, ...names: string[]): string => path.join(folder, stack, ...names);

beforeAll(async () => {
  programs = await toolchain();
  folder = temporaryFolder();
  for (const stack of STACKS) {
    const plan = wholePlanOf(stack, catalogue);
    const paths = {
      secrets: "/etc/alertmanager/secrets",
      templates: inStack(stack, "alertmanager", "templates"),
    };
    writeFiles(inStack(stack), monitoringFiles(plan, paths));
  }
}, TEN_MINUTES);

afterAll(() => {
  removeFolder(folder);
});

/** What Alertmanager hands to a template for two alerts of one group. */
function notification(annotations: Readonly<Record<string, string>> = {}): object {
  const common = {
    category: "errors",
    cluster: "prod-1",
    environment: "prod",
    service: "orders",
    severity: "critical",
    slo: "api",
    team: "orders",
  };
  const alert = (name: string, status = "firing"): object => ({
    status,
    labels: { alertname: name, ...common },
    annotations: {
      summary: `The ${name.toLowerCase()} summary`,
      description: "What happened.",
      runbook_url: `https://runbooks.example/${name.toLowerCase()}`,
      dashboard_url: `https://grafana.example/d/${name.toLowerCase()}`,
      ...annotations,
    },
    startsAt: "2026-01-02T03:04:05Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "https://prometheus.example/graph",
    fingerprint: "0000000000000000",
  });
  return {
    receiver: "page-orders",
    status: "firing",
    alerts: [alert("First"), alert("Second"), alert("Third", "resolved")],
    groupLabels: common,
    commonLabels: common,
    commonAnnotations: {},
    externalURL: "https://alertmanager.example",
  };
}

describe.each(STACKS)("the generated files of %s", (stack) => {
  const owners = [...new Set(planOf(stack, catalogue).ruleGroups.map(({ file }) => file))];

  it.each(owners)("hold rules of %s that promtool accepts", async (owner) => {
    const ended = await runProgram(programs.promtool, [
      "check",
      "rules",
      inStack(stack, "prometheus", "rules", `${owner}.yml`),
    ]);
    expect(ended).toEqual({ code: 0, output: expect.stringMatching(/SUCCESS: [1-9]\d* rules found/) });
  });

  it("hold a prometheus.yml that promtool accepts", async () => {
    const ended = await runProgram(programs.promtool, [
      "check",
      "config",
      inStack(stack, "prometheus", "prometheus.yml"),
    ]);
    expect(ended).toEqual({
      code: 0,
      output: expect.stringContaining(`SUCCESS: ${owners.length} rule files found`),
    });
  });

  it("hold an alertmanager.yml that amtool accepts, although no secret lies on this machine", async () => {
    const ended = await runProgram(programs.amtool, [
      "check-config",
      inStack(stack, "alertmanager", "alertmanager.yml"),
    ]);
    expect(ended).toEqual({ code: 0, output: expect.stringMatching(/SUCCESS[\s\S]* - 1 templates/) });
  });
});

describe("a notification template", () => {
  const names = [...NOTIFICATION_TEMPLATES.matchAll(/\{\{ define "([^"]+)" \}\}/g)].flatMap(
    (hit) => hit[1] ?? [],
  );

  it("has a name of its own", () => {
    expect(names).toHaveLength(24);
    expect(new Set(names).size).toBe(names.length);
  });

  const data = notification();

  beforeAll(() => {
    writeFileSync(path.join(folder, "data.json"), JSON.stringify(data));
  });

  const render = (name: string): Promise<Ended> =>
    runProgram(programs.amtool, [
      "template",
      "render",
      `--template.glob=${inStack("prod", "alertmanager", "templates", "*.tmpl")}`,
      `--template.data=${path.join(folder, "data.json")}`,
      `--template.text={{ template "${name}" . }}`,
    ]);

  it.each(names)("called %s renders", async (name) => {
    const ended = await render(name);
    expect(ended).toEqual({ code: 0, output: expect.not.stringContaining("<no value>") });
    expect(ended.output.trim()).not.toBe("");
  });

  it("is HTML in a mail, where texts are no markup and links lead to the web", async () => {
    const hostile = notification({
      summary: "<script>alert(1)</script>",
      description: "a & b",
      runbook_url: "javascript:alert(1)",
      dashboard_url: "https://grafana.example/?a&b",
    });
    writeFileSync(path.join(folder, "hostile.json"), JSON.stringify(hostile));
    const { code, output } = await runProgram(programs.amtool, [
      "template",
      "render",
      "--template.type=html",
      `--template.glob=${inStack("prod", "alertmanager", "templates", "*.tmpl")}`,
      `--template.data=${path.join(folder, "hostile.json")}`,
      '--template.text=<h1>{{ template "tocsin.email.title" . }}</h1>{{ template "tocsin.email.alerts" . }}',
    ]);
    expect(code).toBe(0);
    expect(output).toContain("&lt;script&gt;alert(1)&lt;/script&gt;. a &amp; b</p>");
    expect(output).toContain('<a href="https://grafana.example/?a&amp;b">Dashboard</a>');
    expect(output).not.toMatch(/<script|javascript/);
  });

  it.each([
    ["tocsin.title", "prod-1 orders (2 alerts): The first summary"],
    ["tocsin.runbook", "https://runbooks.example/first"],
    ["tocsin.dashboard", "https://grafana.example/d/first"],
    ["tocsin.names", "First firing, Second firing, Third resolved"],
    ["tocsin.pagerduty.severity", "critical"],
    ["tocsin.slack.color", "danger"],
    ["tocsin.email.title", "prod-1 orders (2 alerts): The first summary"],
  ])("called %s says [%s] of two critical alerts", async (name, text) => {
    expect((await render(name)).output.trim()).toBe(text);
  });
});
