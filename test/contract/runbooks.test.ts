import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { checkLinks } from "../../backends/runbook-site/links";
import { catalogue } from "../../catalogue";
import { linksOf } from "../../backends/runbook-site/markdown";
import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import { queriesIn } from "../../generators/runbook-queries";
import { SEVERITIES } from "../../generators/runbook-front-matter";
import { strayRunbooks } from "../../generators/runbooks";
import type { RunbookSource } from "../../plan/content";
import { SELF } from "../../plan/names";
import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";
import { compareText } from "../../slo/order";
import type { Problem } from "../../slo/problem";
import { catalogue as fixture } from "../fixture/catalogue";
import { planOf } from "../support/plan";
import { environmentOf, ROOT, STACKS } from "../support/stacks";

/** Pages of the tests' services, to be spoiled. */
const content = readContent(fixture.root);

/** What the monitoring can say of itself: of several Alertmanagers and of probes, which not every stack has. */
const OF_ITSELF = planOf("prod")
  .alerts.filter(({ service }) => service === SELF.service)
  .map(({ alertname }) => alertname);

function place(page: Pick<RunbookPage, "service" | "slug">): string {
  return `${page.service}/${page.slug}`;
}

/** Pages of a service that does not live in an environment speak of what is elsewhere. */
function pagesHere(plan: MonitoringPlan): readonly RunbookPage[] {
  return plan.runbooks.filter(({ service }) => plan.services.some(({ id }) => id === service));
}

function leadingTo(page: RunbookPage, plan: MonitoringPlan): readonly PlannedAlert[] {
  return plan.alerts.filter(({ runbook }) => place(runbook) === place(page));
}

function sorted(items: Iterable<string>): readonly string[] {
  return [...new Set(items)].sort(compareText);
}

/** The section of a page below a heading. */
function section(page: RunbookPage, heading: string): string {
  return page.markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}

/** Severities that a text sets in bold, the worst first. */
function emphasised(text: string): readonly string[] {
  const bold = [...text.matchAll(/\*\*(Critical|Warning|Info|None)\b/g)].map(([, word]) =>
    word?.toLowerCase(),
  );
  return SEVERITIES.filter((severity) => bold.includes(severity));
}

/** Words that have the form of an alert's name: two capitals or more, and small letters after the last. */
function alertLike(markdown: string): readonly string[] {
  const text = markdown.replace(/```[\s\S]*?```/g, "").replace(/`[^`]*`/g, "");
  return sorted(
    [...text.matchAll(/\b(?:[A-Z][a-z]+|[A-Z]{2,3}|P\d\d)(?:[A-Z][a-z]+|P\d\d)+\b/g)].map(([word]) => word),
  );
}

/** Names that look like names of alerts, and are none: those of services, and usual ones. */
const OTHER_NAMES = [
  ...catalogue.services.flatMap(({ title, description }) => alertLike(`${title} ${description}`)),
  "PagerDuty",
  "StatefulSet",
  "CronJob",
  "ConfigMap",
  "ConfigMaps",
  "APIs",
  "SLOs",
  "RabbitMQ",
  "PostgreSQL",
  "SQLite",
  "WebSocket",
  "OpenTelemetry",
];

/** What is wrong once one page, named by its place, is another text. */
function problemsOf(stack: string, at: string, change: (text: string) => string): readonly Problem[] {
  const runbooks = content.runbooks.map((page) =>
    place(page) === at ? { ...page, text: change(page.text) } : page,
  );
  const result = generatePlan(fixture.services, environmentOf(stack), { runbooks });
  return result.ok ? [] : result.problems;
}

describe.each(STACKS)("the runbooks of %s", (stack) => {
  const plan = planOf(stack, catalogue);
  const pages = pagesHere(plan);

  it("are there for every alert, and list it", () => {
    const listed = new Set(
      plan.runbooks.flatMap((page) => page.alerts.map((name) => `${place(page)} ${name}`)),
    );
    expect(
      plan.alerts
        .map(({ runbook, alertname }) => `${place(runbook)} ${alertname}`)
        .filter((row) => !listed.has(row)),
    ).toEqual([]);
  });

  it("list alerts that exist and lead to them", () => {
    const strangers = pages.flatMap((page) => {
      const names = leadingTo(page, plan).map(({ alertname }) => alertname);
      const known = page.service === SELF.service ? OF_ITSELF : [];
      return page.alerts.filter((name) => !names.includes(name) && !known.includes(name));
    });
    expect(strangers).toEqual([]);
  });

  it("belong to the team of their alerts", () => {
    const foreign = pages.flatMap((page) =>
      leadingTo(page, plan)
        .filter(({ team }) => team !== page.owner)
        .map(({ alertname, team }) => `${place(page)} of ${page.owner}, ${alertname} of ${team}`),
    );
    expect(foreign).toEqual([]);
  });

  it("name dashboards that exist", () => {
    const uids = plan.dashboards.map(({ uid }) => uid);
    expect(pages.filter(({ dashboard }) => !uids.includes(dashboard)).map(place)).toEqual([]);
  });

  it.each(
    pages.filter((page) => leadingTo(page, plan).length > 0).map((page) => ({ page, at: place(page) })),
  )("give $at the severities of its alerts, in front and in words", ({ page }) => {
    const severities = leadingTo(page, plan).map(({ severity }) => severity);
    expect(page.severities).toEqual(SEVERITIES.filter((one) => severities.includes(one)));
    expect(emphasised(section(page, "Severity"))).toEqual(page.severities);
  });
});

describe("a runbook", () => {
  const plan = planOf("prod", catalogue);
  const front = ({ text }: RunbookSource): Readonly<Record<string, unknown>> =>
    parse(/^---\n([\s\S]*?)\n---\n/.exec(text)?.[1] ?? "") as Readonly<Record<string, unknown>>;

  it.each([catalogue, fixture])("without an alert says that it is a procedure, and is linked", ({ root }) => {
    const { runbooks } = root === catalogue.root ? plan : planOf("prod");
    const procedures = runbooks.filter(({ alerts }) => alerts.length === 0);
    const files = readContent(root).runbooks.filter((page) => front(page)["procedure"] === true);
    expect(files.map(place)).toEqual(procedures.map(place));
    for (const page of procedures) {
      expect(emphasised(section(page, "Severity"))).toEqual(["none"]);
      const sources = runbooks.filter(
        (other) => other.service === page.service && other.markdown.includes(`](${page.slug}.md)`),
      );
      expect([place(page), sources.length > 0]).toEqual([place(page), true]);
    }
  });

  it.each(plan.runbooks.map((page) => ({ page, at: place(page) })))(
    "at $at explains each of its alerts by name if it has several, and names none that nobody has",
    ({ page }) => {
      const summary = `${section(page, "Summary")}${section(page, "Severity")}`;
      expect(page.alerts.length < 2 ? [] : page.alerts.filter((name) => !summary.includes(name))).toEqual([]);
      const known = [...OTHER_NAMES, ...OF_ITSELF, ...plan.alerts.map(({ alertname }) => alertname)];
      expect(alertLike(page.markdown).filter((word) => !known.includes(word))).toEqual([]);
    },
  );

  it("link to pages and headings that are there", () => {
    const links = plan.runbooks.flatMap(({ markdown }) => linksOf(markdown).links);
    expect(links.filter(({ href }) => href.endsWith(".md")).length).toBeGreaterThan(0);
    expect(checkLinks(plan.runbooks)).toEqual([]);
  });

  it("has no text that stands for another text", () => {
    const left = plan.runbooks.filter(({ markdown }) =>
      /\b(?:TODO|TBD|FIXME|XXX|lorem ipsum)\b|<(?:your|insert|fill)[^>]*>|\[(?:Y|X|your[^\]]*)\]/i.test(
        markdown.replaceAll("[x]", ""),
      ),
    );
    expect(left.map(place)).toEqual([]);
  });

  it("starts as a template that would be refused", () => {
    const text = readFileSync(path.join(ROOT, "docs/runbook-template.md"), "utf8");
    expect(problemsOf("prod", "orders/targets-down", () => text)).not.toEqual([]);
  });
});

describe("the check of runbooks itself", () => {
  it.each([
    {
      fault: "an alert that nobody has",
      change: (text: string) => text.replace("[TargetsDown]", "[TargetsDown, TargetsGone]"),
      path: "alerts",
      message: "no alert called [TargetsGone] leads to this page",
      remedy: "Those that do: TargetsDown.",
    },
    {
      fault: "an alert of another page",
      change: (text: string) => text.replace("[TargetsDown]", "[TargetsDown, ServiceDown]"),
      path: "alerts",
      message: "no alert called [ServiceDown] leads to this page",
      remedy: "Those that do: TargetsDown.",
    },
    {
      fault: "a severity that its alert does not have",
      change: (text: string) => text.replace("severity: [warning]", "severity: [critical]"),
      path: "severity",
      message: "[critical] is not what its alerts have",
      remedy: "Write [warning], there and in the section Severity.",
    },
    {
      fault: "another team",
      change: (text: string) => text.replace("owner: orders", "owner: platform"),
      path: "owner",
      message: "[platform] is not the team of its alerts",
      remedy: "Name [orders].",
    },
    {
      fault: "a dashboard that is not there",
      change: (text: string) => text.replace("dashboard: orders-slo", "dashboard: orders-old"),
      path: "dashboard",
      message: "there is no dashboard [orders-old]",
      remedy: `There are ${planOf("prod")
        .dashboards.map(({ uid }) => uid)
        .join(", ")}.`,
    },
    {
      fault: "the word procedure, though an alert leads to it",
      change: (text: string) => text.replace("alerts: [TargetsDown]\nseverity: [warning]", "procedure: true"),
      path: "alerts",
      message: "[TargetsDown] leads to this page and is not listed",
      remedy: "Add it, and say what it means.",
    },
  ])("finds $fault, and nothing else", ({ change, path: key, message, remedy }) => {
    expect(problemsOf("prod", "orders/targets-down", change)).toEqual([
      { code: "runbook-invalid", path: `services/orders/runbooks/targets-down.md: ${key}`, message, remedy },
    ]);
  });

  it("reads the queries of many pages, in every form in which they are typed", () => {
    const own = pagesHere(planOf("prod")).flatMap(({ markdown }) => queriesIn(markdown));
    expect(own.length).toBeGreaterThan(100);
    expect(
      queriesIn(
        [
          "```promql\nup == 0\n```",
          "```bash\ncurl -G host/api/v1/query --data-urlencode 'query=sum(up)' | jq",
          '  --data-urlencode "query=up{job=\\"a\\"}"',
          "curl 'host/api/v1/query?query=up%7Bjob%3D%22b%22%7D&time=1'",
          "promtool query instant http://host 'min(up)'",
          '  --data-urlencode "query=up{job=\\"$job\\"}"\n```',
          "`query='no block'`",
        ].join("\n"),
      ),
    ).toEqual([
      { query: "up == 0", line: 2 },
      { query: "sum(up)", line: 5 },
      { query: 'up{job="a"}', line: 6 },
      { query: 'up{job="b"}', line: 7 },
      { query: "min(up)", line: 8 },
    ]);
  });

  it.each([
    ["sum(rate(http_requests_totl[5m]))", "no contract and no rule has [http_requests_totl]"],
    ['up{job="api-gatewya"}', "nothing scrapes the job [api-gatewya]"],
    ['up{job=~"api-gateway|orchestrater"}', "nothing scrapes the job [orchestrater]"],
    ["slo:sli_error:rate7m", "no contract and no rule has [slo:sli_error:rate7m]"],
    [
      'orders_emergency_control{job="api-gateway"}',
      "[orders_emergency_control] is not a metric of the job [api-gateway]",
    ],
    [
      'http_requests_total{job="api-gateway", status="700"}',
      '[status="700"] selects none of the values of [http_requests_total]',
    ],
    ['http_requests_total{code=~"5.."}', "no series of [http_requests_total] has the label [code]"],
    [
      'slo:sli_error:rate5m{slo_id="orders-api"}',
      '[slo_id="orders-api"] selects none of the values of [slo:sli_error:rate5m]',
    ],
    ["sum(up", "is not PromQL at character 7: something is missing"],
  ])("finds the query [%s]", (query, message) => {
    expect(
      problemsOf("prod", "orders/targets-down", (text) =>
        text.replace("## Diagnosis\n", `## Diagnosis\n\n\`\`\`promql\n${query}\n\`\`\`\n`),
      ),
    ).toMatchObject([
      {
        code: "runbook-query-invalid",
        path: `services/orders/runbooks/targets-down.md: line 27: ${query}`,
        message,
      },
    ]);
  });

  it.each([
    ["is empty", () => " \n"],
    [
      "line 3: the front matter is not YAML: Tabs are not allowed as indentation",
      (text: string) => text.replace("\ndashboard", "\n\tdashboard"),
    ],
    [
      "line 2: the front matter is not YAML: it is nested deeper than can be read",
      (text: string) => text.replace("owner: orders", `owner: ${"[".repeat(3_000)}`),
    ],
    [
      "line 1: the front matter is not YAML: its aliases stand for more than can be read; write out what they stand for",
      (text: string) =>
        text.replace(
          "owner: orders",
          `owner: orders\nx: &x [1]\ny: &y [${"*x,".repeat(99)}]\nz: [${"*y,".repeat(99)}]`,
        ),
    ],
    [
      "line 1: the front matter is not YAML: Unresolved alias (the anchor must be set before the alias): x",
      (text: string) => text.replace("owner: orders", "owner: *x"),
    ],
    ["there is no front matter", (text: string) => text.replace(/^---$[^]*?^---$/m, "")],
    [
      "headings [Impact, Escalation] are missing",
      (text: string) => text.replace("## Impact", "### Impact").replace("## Escalation", "### Escalation"),
    ],
  ])("finds that a page %s, and nothing that follows from it", (message, change) => {
    expect(problemsOf("prod", "orders/targets-down", change).map((problem) => problem.message)).toEqual([
      message,
    ]);
  });

  it.each([
    ["[y](nope.md)", "the link [nope.md] leads nowhere: there is no services/orders/runbooks/nope.md"],
    [
      "[X](../../shop/runbooks/down.md)",
      "the link [../../shop/runbooks/down.md] leads nowhere: there is no services/shop/runbooks/down.md",
    ],
    ["[X](../shop/down.md)", "the link [../shop/down.md] leads nowhere: the site has runbooks alone"],
    ["![graph](graph.png)", "the link [graph.png] leads nowhere: the site has runbooks alone"],
    ["[run it](./scripts/run.sh)", "the link [./scripts/run.sh] leads nowhere: the site has runbooks alone"],
    [
      "[a][b]\n\n[b]: javascript:alert(1)",
      "the link [javascript:alert(1)] leads nowhere: the site has runbooks alone",
    ],
    ["[a](#nope)", "the link [#nope] leads nowhere: its page has no heading [nope]"],
    [
      "[a](service-down.md#nope)",
      "the link [service-down.md#nope] leads nowhere: its page has no heading [nope]",
    ],
    [
      "[a](service-down.md#impact), [b](../../tocsin/runbooks/watchdog.md), [c](https://example.com/x), `[d](nope.md)`",
      undefined,
    ],
  ])("finds the link of %s with its line, if it is dead", (link, message) => {
    const changed = ({ service, slug, text, ...rest }: RunbookSource): RunbookSource => ({
      ...rest,
      service,
      slug,
      text:
        `${service}/${slug}` === "orders/targets-down"
          ? text.replace("## Diagnosis\n", `## Diagnosis\n\nSee\n${link}\n`)
          : text,
    });
    const result = generatePlan(fixture.services, environmentOf("prod"), {
      runbooks: content.runbooks.map(changed),
    });
    const pages = result.ok ? result.plan.runbooks : [];
    expect(pages.length).toBeGreaterThan(20);
    expect(checkLinks(pages).map((one) => [one.path, one.message])).toEqual(
      message === undefined ? [] : [["services/orders/runbooks/targets-down.md: line 27", message]],
    );
  });

  it("tells of a folder whose service nobody has", () => {
    const page = { slug: "a", text: "" };
    const services = ["orders", "tocsin"];
    expect(
      strayRunbooks({ runbooks: [...services, "ordrs"].map((service) => ({ ...page, service })) }, services),
    ).toEqual([
      {
        code: "runbook-invalid",
        path: "services/ordrs/runbooks",
        message: "there is no service [ordrs], so that nobody serves its pages",
        remedy:
          "Delete the folder, or name it after its service. Did you mean [orders]? Use one of [orders, tocsin].",
      },
    ]);
  });

  it.each([
    'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{job="api-gateway"}[5m])))',
    'slo:sli_error:rate5m{slo_id="orders-api-availability"}',
    'ALERTS{alertname="Watchdog"}',
    'process_cpu_seconds_total{job="prometheus"}',
  ])("takes the query [%s]", (query) => {
    expect(
      problemsOf("prod", "orders/targets-down", (text) =>
        text.replace("## Diagnosis\n", `## Diagnosis\n\n\`\`\`promql\n${query}\n\`\`\`\n`),
      ),
    ).toEqual([]);
  });

  it.each([
    [
      "says nothing of alerts",
      (text: string) => text.replace(/^procedure.*\n/m, ""),
      "[0] alerts and [procedure: false]",
    ],
    [
      "names a dashboard of no name",
      (text: string) => text.replace(/^dashboard.*$/m, "dashboard: ''"),
      "no [dashboard]",
    ],
    [
      "has a severity without an alert",
      (text: string) => text.replace(/^(procedure.*)$/m, "$1\nseverity: [none]"),
      "[severity: none]",
    ],
  ])("finds a procedure that %s", (_, change, message) => {
    const problems = problemsOf("prod", "orders/data-corruption", change);
    expect(problems.map(({ path: where }) => where)).toEqual(["services/orders/runbooks/data-corruption.md"]);
    expect(problems[0]?.message).toContain(message);
  });

  it("finds a page that an alert leads to and that lists it nowhere, in dev as well", () => {
    const problems = problemsOf("dev", "tocsin/watchdog", (text) => text.replace("[Watchdog]", "[Wachdog]"));
    expect(problems.map(({ message }) => message)).toEqual([
      "[Watchdog] leads to this page and is not listed",
      "no alert called [Wachdog] leads to this page",
    ]);
  });

  it("takes no word for a severity that is not set in bold, and finds every one that is", () => {
    expect(emphasised("A critical alert. **Warning.** Then **Info** and **Critical** pages.")).toEqual([
      "critical",
      "warning",
      "info",
    ]);
    expect(
      alertLike("A PrometheusDiskFull or DLQGone, `NotThis`, and LatencyP50Gone of Prometheus."),
    ).toEqual(["DLQGone", "LatencyP50Gone", "PrometheusDiskFull"]);
  });
});
