import Big from "big.js";
import { checkLinks } from "../../backends/runbook-site/links";
import { catalogue } from "../../catalogue";
import { readContent } from "../../config/content";
import { generatePlan } from "../../generators/monitoring-plan";
import { readPromQl } from "../../generators/promql-reading";
import { checkQueries, queriesIn } from "../../generators/runbook-queries";
import { readRunbook } from "../../generators/runbooks";
import type { RunbookSource } from "../../plan/content";
import type { Environment } from "../../plan/environment";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { writtenIn, type RunbookPage } from "../../plan/runbook";
import { alertMetrics } from "../../slo/alert";
import { decimal } from "../../slo/objective";
import { formatProblems, type Problem } from "../../slo/problem";
import { runbookSlugs, type Service } from "../../slo/service";
import { metricOf } from "../../slo/sli";
import { TARGET_LABELS } from "../../slo/telemetry";
import { shopOf } from "../support/http-shop";
import { kindsMeasured, measuredShop } from "../support/measures";
import { pageCalled, section } from "../support/runbook-pages";
import { environmentFor, environmentOf, ROOT, STACKS } from "../support/stacks";

/** The monitoring's own pages, which are written. */
const own = readContent(ROOT).runbooks.filter(({ service }) => service === "tocsin");

function planned(
  declared: readonly Service[],
  environment: Environment,
  files: readonly RunbookSource[] = [],
): { readonly plan: MonitoringPlan; readonly problems: readonly Problem[] } {
  const result = generatePlan(declared, environment, { runbooks: [...own, ...files] });
  const plan = result.ok ? result.plan : result.sound;
  if (plan === undefined) {
    throw new Error(formatProblems(result.ok ? [] : result.problems));
  }
  return { plan, problems: result.ok ? [] : result.problems };
}

function defaultPages({ runbooks }: MonitoringPlan): readonly RunbookPage[] {
  return runbooks.filter((page) => writtenIn(page).every((file) => !file.startsWith("services/")));
}

/** A default page as the file that would say the same. */
function asFile({
  service,
  slug,
  owner,
  dashboard,
  alerts,
  severities,
  markdown,
}: RunbookPage): RunbookSource {
  const leading =
    alerts.length === 0
      ? "procedure: true"
      : `alerts: [${alerts.join(", ")}]\nseverity: [${severities.join(", ")}]`;
  return {
    service,
    slug,
    text: `---\nowner: ${owner}\ndashboard: ${dashboard}\n${leading}\n---\n\n${markdown}\n`,
  };
}

/** What the rules of an SLO compare shares with, in percent, from the text of their expressions. */
function comparedShares(
  { ruleGroups }: MonitoringPlan,
  alert: string,
  slo: string,
  service: string,
): readonly string[] {
  const exprs = ruleGroups.flatMap(({ rules }) =>
    rules.flatMap((rule) =>
      rule.kind === "alert" &&
      rule.alert === alert &&
      rule.labels["slo"] === slo &&
      rule.labels["service"] === service
        ? rule.expr
        : [],
    ),
  );
  return exprs.flatMap((expr) =>
    [...expr.matchAll(/> ([\d.]+) \* ([\d.]+)$/gm)].map(
      ([, factor = "", budget = ""]) => `${decimal(new Big(factor).times(budget).times(100))} %`,
    ),
  );
}

const MEASURED = measuredShop();

const CASES = [
  ...STACKS.map((stack) => ({
    title: `every service of ${stack}`,
    declared: catalogue.services.filter(({ environments }) => environments.includes(stack)),
    environment: environmentOf(stack, catalogue),
  })),
  {
    title: "a service with every kind of SLI and measure",
    declared: [MEASURED],
    environment: { ...environmentFor("prod", [MEASURED]), objectives: {} },
  },
  {
    title: "a service without an objective",
    declared: [
      {
        ...MEASURED,
        slos: [],
        alerts: MEASURED.alerts.filter((alert) => !("requests" in alert || "whileBurning" in alert)),
      },
    ],
    environment: environmentFor("prod", [MEASURED]),
  },
  {
    title: "a service whose objectives are low and of a week",
    declared: [shopOf("50%", "7d")],
    environment: environmentFor("prod", [MEASURED]),
  },
];

describe.each(CASES)("the default pages of $title", ({ declared, environment }) => {
  const { plan, problems } = planned(declared, environment);
  const pages = defaultPages(plan);

  it("are there for every alert, and would pass as files do", () => {
    expect(problems).toEqual([]);
    const places = pages.map(({ service, slug }) => `${service}/${slug}`);
    const leading = plan.alerts.filter(({ service }) => service !== "tocsin");
    expect(leading.filter(({ runbook }) => !places.includes(`${runbook.service}/${runbook.slug}`))).toEqual(
      [],
    );
    const files = pages.map(asFile);
    expect(files.flatMap((file) => readRunbook(file).problems)).toEqual([]);
    expect(planned(declared, environment, files).problems).toEqual([]);
    expect(checkLinks(plan.runbooks)).toEqual([]);
  });

  it("ask for what the contract or a rule has, by labels that series have", () => {
    const asked = pages.map(
      ({ service, slug, title, owner, dashboard, alerts, severities, markdown, parts }) => ({
        ...{ service, slug, title, owner, dashboard, alerts, severities, markdown, parts },
      }),
    );
    expect(checkQueries(asked, declared, plan.ruleGroups)).toEqual([]);
    const labels = new Set([
      ...TARGET_LABELS,
      ...["alertname", "alertstate", "le", "slo", "slo_id"],
      ...declared.flatMap(({ telemetry }) =>
        telemetry.metrics.flatMap((metric) => Object.keys(metric.labels)),
      ),
    ]);
    const queries = pages.flatMap(({ markdown }) => queriesIn(markdown));
    // A stack may have no service.
    expect(pages.length === 0 || queries.length > pages.length).toBe(true);
    const strange = queries.flatMap(({ query }) =>
      readPromQl(query).groupedBy.filter((label) => !labels.has(label)),
    );
    expect(strange).toEqual([]);
  });

  it("read every metric that their alerts and objectives are measured on, of its own job", () => {
    const lacking = declared.flatMap((service) =>
      [
        ...service.alerts.flatMap((alert) =>
          alertMetrics(alert).map((metric) => ({ slug: alert.runbook, metric })),
        ),
        ...service.slos.flatMap(({ sli, runbooks }) =>
          [runbooks.burn, runbooks.ticket, runbooks.dataMissing].map((slug) => ({
            slug,
            metric: metricOf(sli),
          })),
        ),
      ].filter(({ slug, metric }) => {
        const { markdown } = pageCalled(plan, service.id, slug);
        return !queriesIn(markdown).some(({ query }) =>
          readPromQl(query).selectors.some(
            ({ name, matches }) =>
              name.replace(/_(?:bucket|count)$/, "") === metric.name.replace(/_(?:bucket|count)$/, "") &&
              matches.some(({ label, value }) => label === "job" && value === metric.job.name),
          ),
        );
      }),
    );
    expect(lacking.map(({ slug, metric }) => `${slug} ${metric.name}`)).toEqual([]);
  });

  it("have the figures of the rules", () => {
    const rows = plan.slos.flatMap(({ service, slo }) => {
      const slos = declared.find(({ id }) => id === service)?.slos ?? [];
      const { burn = "", ticket = "" } = slos.find(({ id }) => id === slo)?.runbooks ?? {};
      return [
        { slug: burn, shares: comparedShares(plan, "HighErrorBudgetBurnRate", slo, service) },
        { slug: ticket, shares: comparedShares(plan, "ErrorBudgetBurnTicket", slo, service) },
      ].flatMap(({ slug, shares }) => {
        const summary = section(pageCalled(plan, service, slug), "Summary");
        return shares.filter(
          (share) => !summary.includes(`more than ${share} over`) && !summary.includes(share),
        );
      });
    });
    expect(rows).toEqual([]);
    expect(
      plan.slos.length === 0 ||
        comparedShares(plan, "ErrorBudgetBurnTicket", plan.slos[0]?.slo ?? "", plan.slos[0]?.service ?? "")
          .length > 0,
    ).toBe(true);
  });

  it("begin with what to look at, and have their tables at the end", () => {
    for (const { markdown } of pages) {
      const before = markdown.slice(0, markdown.indexOf("```"));
      expect(before.split("\n").filter((line) => line.startsWith("|"))).toEqual([]);
      expect(
        markdown.slice(0, markdown.search(/^\| /m)).includes("## Post-Incident") || !/^\| /m.test(markdown),
      ).toBe(true);
    }
  });
});

it("the service of these tests has every kind of measure, so that a page of each is looked at", () => {
  expect([...new Set(kindsMeasured(MEASURED))].sort()).toEqual(
    [
      ...["age", "bad-events", "counter-share", "forecast", "gauge-per-target", "gauge-share"],
      ...["increase", "level", "query", "rate", "spread", "targets-up", "turns"],
    ].sort(),
  );
  expect([...new Set(MEASURED.slos.map(({ sli }) => sli.kind))].sort()).toEqual([
    "counter-ratio",
    "latency-ratio",
    "query-ratio",
    "request-ratio",
    "time",
  ]);
});

describe("a default page", () => {
  const shop = shopOf("95%", "28d");
  const prod = environmentFor("prod", [shop]);

  it("has the objective and the namespace of its environment", () => {
    const { plan } = planned([{ ...shop, environments: ["dev", "prod"] }], {
      ...prod,
      objectives: { "shop-availability": "99.5%" },
    });
    const page = pageCalled(plan, "shop", "high-error-rate").markdown;
    expect(page).toContain("more than 6.72 % over 1 h and over 5 min");
    expect(page).toContain("kubectl -n shop-prod rollout undo deployment/shop-api");
    const dev = planned([{ ...shop, environments: ["dev"] }], environmentFor("dev", [shop])).plan;
    expect(pageCalled(dev, "shop", "high-error-rate").markdown).toContain("kubectl -n shop-dev rollout undo");
  });

  it("asks Google's Prometheus where the service is bound to it, for its own place", () => {
    const { plan } = planned([shop], {
      ...prod,
      backends: { shop: { metrics: "gmp" } },
      gmp: { address: "https://gmp.example/" },
    });
    const page = pageCalled(plan, "shop", "high-latency").markdown;
    expect(page).not.toContain("port-forward");
    expect(page).toContain("curl -fsS -G https://gmp.example/api/v1/query");
    expect(page).toContain('cluster="prod-1",environment="prod"');
  });

  it("raises the least of an autoscaler, and scales by hand where there is none", () => {
    const [job] = shop.telemetry.jobs;
    if (job === undefined) throw new Error("the shop has no job");
    const replicas = { default: { min: 3, max: 5 } };
    const scaled = {
      ...shop,
      autoscaling: [{ job, replicas, cpu: "70%", behavior: "usual" }],
    } as const;
    const options = (service: Service): string =>
      section(pageCalled(planned([service], prod).plan, "shop", "high-latency"), "Resolution");
    expect(options(scaled)).toContain(`--patch '{"spec":{"minReplicas":5}}'`);
    expect(options(scaled)).not.toContain("kubectl -n shop-prod scale");
    expect(options(shop)).toContain("kubectl -n shop-prod scale deployment/shop-api --replicas=6");
  });

  it("of an objective that can never page is a procedure, since other pages link to it", () => {
    const page = pageCalled(planned([shopOf("50%", "28d")], prod).plan, "shop", "high-latency");
    expect([page.alerts, page.severities]).toEqual([[], []]);
    expect(section(page, "Impact")).toContain(
      "people come from [Error budget burn ticket](error-budget-burn-ticket.md)",
    );
  });

  it("shows at the top of its diagnosis what the service advises", () => {
    const advised = { ...shop, advice: { "high-latency": ["Look at the cache first.", "Then at `carts`."] } };
    const { plan, problems } = planned([advised], prod);
    expect(problems).toEqual([]);
    expect(section(pageCalled(plan, "shop", "high-latency"), "Diagnosis")).toMatch(
      /^Diagnosis\n\nLook at the cache first\.\n\nThen at `carts`\.\n\n### Step 1: /,
    );
    expect(section(pageCalled(plan, "shop", "high-error-rate"), "Diagnosis")).not.toContain("cache");
  });

  it.each<readonly [Service["advice"], string]>([
    [
      { "hihg-latency": ["Look."] },
      "services.shop.advice.hihg-latency: no alert of [shop] leads to a runbook [hihg-latency]",
    ],
    [{ "high-latency": ["## Look"] }, "services.shop.advice.high-latency: a paragraph holds a heading"],
    [{ "high-latency": ["```bash\nls"] }, "services.shop.advice.high-latency: a block of code is not closed"],
    [
      { "high-latency": ["```promql\nnone_such\n```"] },
      "services.shop.advice.high-latency: line 2: none_such: no contract and no rule has [none_such]",
    ],
  ])("refuses the advice %j", (advice, says) => {
    const found = planned([{ ...shop, ...(advice === undefined ? {} : { advice }) }], prod).problems;
    expect(found.map(({ path, message }) => `${path}: ${message}`)).toEqual([says]);
  });
});

describe("a file beside a default page", () => {
  const shop = shopOf("95%", "28d");
  const prod = environmentFor("prod", [shop]);
  const file = (text: string, slug = "high-latency"): RunbookSource => ({ service: "shop", slug, text });
  const pageWith = (text: string): RunbookPage =>
    pageCalled(planned([shop], prod, [file(text)]).plan, "shop", "high-latency");
  const plain = pageCalled(planned([shop], prod).plan, "shop", "high-latency");

  it("takes its place where it has all headings", () => {
    const text = asFile(plain).text.replace("## Figures", "## Sums").replace("# High latency", "# Slow");
    const page = pageWith(text);
    expect(page.title).toBe("Slow");
    expect(page.isDefault).toBeUndefined();
    expect(page.markdown).toBe(text.slice(text.indexOf("# Slow")).trim());
  });

  it("takes the place of single sections where it extends it, and keeps the others", () => {
    const page = pageWith(
      "---\nextends: default\ndashboard: shop-slo\n---\n\n# Slow shop\n\n## Impact\n\nCarts are lost.\n",
    );
    expect(page.title).toBe("Slow shop");
    expect(section(page, "Impact")).toBe("Impact\n\nCarts are lost.\n\n");
    expect(section(page, "Diagnosis")).toBe(section(plain, "Diagnosis"));
    expect([page.alerts, page.severities, page.owner]).toEqual([plain.alerts, plain.severities, plain.owner]);
  });

  it("adds to a section where a line stands for the default text, and counts steps through", () => {
    const page = pageWith(
      "---\nextends: default\n---\n\n## Diagnosis\n\n### Step 1: Look at the cache\n\nOften it.\n\n{{ default }}\n\n### Step: Ask the shop\n\nCall.\n",
    );
    const titles = section(page, "Diagnosis").match(/^### .*$/gm) ?? [];
    expect(titles[0]).toBe("### Step 1: Look at the cache");
    expect(titles[1]).toBe("### Step 2: Connect, and see what fires");
    expect(titles.at(-1)).toBe(`### Step ${titles.length}: Ask the shop`);
    const added = (text: string): string => text.replace(/### Step (?:\d+): /g, "### Step: ");
    expect(added(section(page, "Diagnosis"))).toContain(
      added(section(plain, "Diagnosis")).replace("Diagnosis\n\n", ""),
    );
  });

  const EXTENDS = "---\nextends: default\n---\n\n";

  it.each<readonly [string, string, string]>([
    [
      "an unknown section",
      `${EXTENDS}## Diagnose\n\nLook.\n`,
      "[Diagnose] is not a section of a default page",
    ],
    ["no section", `${EXTENDS}# Slow\n`, "it adds no section to the default page"],
    ["an empty section", `${EXTENDS}## Impact\n`, "section [Impact] is empty"],
    ["a section twice", `${EXTENDS}## Impact\n\nA.\n\n## Impact\n\nB.\n`, "section [Impact] is there twice"],
    [
      "text above all sections",
      `${EXTENDS}Look.\n\n## Impact\n\nA.\n`,
      "text stands above the first heading",
    ],
    [
      "the default text twice",
      `${EXTENDS}## Impact\n\n{{ default }}\n\n{{ default }}\n`,
      "section [Impact] has [{{ default }}] 2 times",
    ],
    [
      "another base",
      "---\nextends: high-errors\n---\n\n## Impact\n\nA.\n",
      'the front matter has [extends: "high-errors"]',
    ],
    [
      "what the plan says",
      "---\nextends: default\nowner: shop\nalerts: [A]\n---\n\n## Impact\n\nA.\n",
      "the front matter has [owner, alerts], which is not for a page that extends the default one",
    ],
    ["a placeholder", `${EXTENDS}## Impact\n\nTODO\n`, "placeholder text [TODO] is left"],
    ["code without an end", `${EXTENDS}## Impact\n\n\`\`\`bash\nls\n`, "a block of code is not closed"],
  ])("is refused for %s", (_, text, message) => {
    const found = planned([shop], prod, [file(text)]).problems;
    expect(found.map(({ path, message: says }) => `${path}: ${says}`)).toEqual([
      `services/shop/runbooks/high-latency.md: ${message}`,
    ]);
  });

  it("is refused where there is no default page to extend, and where a whole page asks for its text", () => {
    const text = `${EXTENDS}## Impact\n\nA.\n`;
    expect(planned([shop], prod, [file(text, "slow")]).problems).toEqual([
      {
        code: "runbook-invalid",
        path: "services/shop/runbooks/slow.md",
        message: "there is no default page to extend, because no alert of [shop] leads here",
        remedy: expect.stringContaining(
          "Use one of [error-budget-burn-ticket, high-error-rate, high-latency,",
        ),
      },
    ]);
    const whole = asFile(plain).text.replace("## Impact\n", "## Impact\n\n{{ default }}\n");
    expect(planned([shop], prod, [file(whole)]).problems.map(({ message }) => message)).toEqual([
      "[{{ default }}] stands for nothing here",
    ]);
  });

  it.each([
    ["high-latncy", "a letter that is left out"],
    ["hihg-latency", "two letters in the wrong order"],
    ["highlatency", "a hyphen that is left out"],
  ])("is what a slug means that has no file: %s, %s", (slug) => {
    const text = `${EXTENDS}## Impact\n\nA.\n`;
    expect(planned([shop], prod, [file(text, slug)]).problems).toEqual([
      {
        code: "runbook-missing",
        path: "services.shop.slos.latency.runbooks.burn",
        message: `[high-latency] has no file, and services/shop/runbooks/${slug}.md has nearly its name`,
        remedy:
          `Did you mean [${slug}]? Write that here, or rename the file. If they are two pages, begin this one: ` +
          "`npm run -s tocsin -- new runbook shop high-latency`.",
      },
    ]);
    // A page of its own is not told besides that no alert leads to it.
    expect(planned([shop], prod, [{ ...asFile(plain), slug }]).problems).toHaveLength(1);
    expect(planned([shop], prod, [file(text, slug), file(text)]).problems.map(({ code }) => code)).toEqual([
      "runbook-invalid",
    ]);
  });

  it.each(["high-memory", "low-latency", "high-latency-2", "high-latency-eu", "latency-high"])(
    "is another page where it is called %s",
    (slug) => {
      const procedure = { ...asFile({ ...plain, alerts: [], severities: [] }), slug };
      expect(planned([shop], prod, [procedure]).problems).toEqual([]);
    },
  );

  it("that no alert leads to is told where the alert that it lists leads", () => {
    const { problems } = planned([shop], prod, [{ ...asFile(plain), slug: "slow" }]);
    expect(problems.map(({ path, remedy }) => [path, remedy])).toEqual([
      [
        "services/shop/runbooks/slow.md: alerts",
        "[HighErrorBudgetBurnRate] leads to [high-error-rate, high-latency]: write [slow] there, or `procedure: true` here.",
      ],
    ]);
  });

  it("is not read above its service, where pages were, and the place is told once", () => {
    const result = generatePlan([shop], prod, { runbooks: own, former: ["elsewhere", "shop", "tocsin"] });
    expect(result.ok ? [] : result.problems.map(({ path, remedy }) => [path, remedy])).toEqual(
      ["shop", "tocsin"].map((id) => [
        `runbooks/${id}`,
        `\`mkdir -p services/${id} && git mv runbooks/${id} services/${id}/runbooks\`, and link to a page of ` +
          "another service as ../../<service>/runbooks/<slug>.md.",
      ]),
    );
  });

  it("names the line of the file where a query or a link in it is wrong, and of no other", () => {
    const text = `${EXTENDS}## Impact\n\nA.\n\n## Diagnosis\n\n{{ default }}\n\n### Step: More\n\n\`\`\`promql\nnone_such\n\`\`\`\n\n[a](nope.md)\n`;
    const { plan, problems } = planned([shop], prod, [file(text)]);
    expect(problems.map(({ path }) => path)).toEqual([
      "services/shop/runbooks/high-latency.md: line 16: none_such",
    ]);
    expect(checkLinks(plan.runbooks).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      "services/shop/runbooks/high-latency.md: line 19: the link [nope.md] leads nowhere: there is no services/shop/runbooks/nope.md",
    ]);
  });

  it("is left to the notice of stray folders where nobody declares its service", () => {
    const stray = { ...file(`${EXTENDS}## Impact\n\nA.\n`), service: "shpo" };
    const { plan, problems } = planned([shop], prod, [stray]);
    expect(problems).toEqual([]);
    expect(plan.runbooks.filter(({ service }) => service === "shpo")).toEqual([]);
  });

  it("is not blamed for a service that has faults of its own, nor is what links to its pages", () => {
    const faulty = {
      ...shop,
      slos: shop.slos.map((slo) => ({ ...slo, objective: { default: "100%" as const } })),
    };
    const linking = asFile(plain).text.replace("## Impact\n", "## Impact\n\n[a](service-down.md)\n");
    const files = [file(`${EXTENDS}## Impact\n\nA.\n`, "targets-down"), file(linking)];
    const { plan, problems } = planned([faulty], prod, files);
    expect([...new Set(problems.map(({ code }) => code))]).toEqual(["objective-invalid"]);
    expect(checkLinks(plan.runbooks)).toEqual([]);
    expect(runbookSlugs(faulty)).toContain("service-down");
  });
});
