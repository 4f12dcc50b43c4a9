import { dashboardAddress } from "../../backends/grafana/content";
import { siteRenderer } from "../../backends/runbook-site/pages";
import { catalogue } from "../../catalogue";
import { SCRIPT } from "../../backends/runbook-site/script";
import { hostAndPath } from "../../backends/runbook-site/site";
import { generatePlan } from "../../generators/monitoring-plan";
import { readContent } from "../../config/content";
import { identityKey } from "../../plan/identity";
import type { MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import type { RunbookPage } from "../../plan/runbook";
import { catalogue as fixture } from "../fixture/catalogue";
import { planOf } from "../support/plan";
import { environmentOf, STACKS } from "../support/stacks";
import { configurationPath, modelOf, mountedTexts } from "../support/runbook-site";

/** Bases that people have: one for all, one of a service in a folder, all in a folder beside other things. */
const BASES: readonly Readonly<Record<string, string>>[] = [
  { default: "https://runbooks.example" },
  { default: "https://runbooks.example/", orders: "https://orders.example/runbooks/" },
  { default: "https://intranet.example/operations/runbooks/", tocsin: "http://tocsin.example:8080/" },
];

const { root, services } = fixture;

function planWith(runbooks: Readonly<Record<string, string>>): MonitoringPlan {
  const result = generatePlan(services, { ...environmentOf("prod"), runbooks }, readContent(root));
  if (!result.ok) {
    throw new Error("the plan has problems");
  }
  return result.plan;
}

const PLANS = [
  ...STACKS.map((stack) => ({ title: stack, plan: planOf(stack, catalogue) })),
  ...BASES.map((bases) => ({ title: Object.values(bases).join(" and "), plan: planWith(bases) })),
];

function pageOf(plan: MonitoringPlan, { runbook }: PlannedAlert): RunbookPage {
  const page = plan.runbooks.find(
    ({ service, slug }) => service === runbook.service && slug === runbook.slug,
  );
  if (page === undefined) {
    throw new Error(`there is no page [${runbook.service}/${runbook.slug}]`);
  }
  return page;
}

/** Where the links of a page lead, as a browser sees it. */
function linksOf(html: string, url: string): readonly string[] {
  return [...html.matchAll(/<a href="([^"]+)"/g)].map(([, href = ""]) => new URL(href, url).href);
}

describe.each(PLANS)("the runbooks at $title", ({ plan }) => {
  const render = siteRenderer(plan);
  const disk = mountedTexts(plan);
  const get = modelOf(disk.get(configurationPath(plan)) ?? "", disk);
  const urls = new Map(
    plan.ruleGroups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => {
        if (rule.kind === "record") {
          return [];
        }
        const { service = "", slo = "" } = rule.labels;
        return [
          [identityKey({ alertname: rule.alert, service, slo }), rule.annotations["runbook_url"]] as const,
        ];
      }),
  );
  const sites = new Set(plan.platform.runbookSite.addresses.map((address) => new URL(address).host));

  it("are what the link of each alert opens, in the rule as in the plan", () => {
    expect(plan.alerts.length).toBeGreaterThan(20);
    for (const alert of plan.alerts) {
      const page = pageOf(plan, alert);
      expect([alert.runbook.url, urls.get(identityKey(alert))]).toEqual([page.url, page.url]);
      expect(get(alert.runbook.url)).toEqual({ status: 200, body: render.runbook(page) });
    }
  });

  it("are each at their address, and by service and name under any other host name", () => {
    for (const page of plan.runbooks) {
      const expected = { status: 200, body: render.runbook(page) };
      expect(get(page.url)).toEqual(expected);
      expect(get(`http://127.0.0.1/${page.service}/${page.slug}`)).toEqual(expected);
    }
  });

  it("never stand in for a page of another service, or for one that is not there", () => {
    const known = new Set(plan.runbooks.map(({ url }) => hostAndPath(url)));
    const byService = new Set(plan.runbooks.map(({ service, slug }) => `/${service}/${slug}`));
    const tried = plan.runbooks
      .flatMap(({ slug, url }) => [
        ...plan.services.map(({ id }) => new URL(`/${id}/${slug}`, url).href),
        `${url}x`,
        `${url}/`,
        `http://127.0.0.1/${slug}`,
      ])
      .filter((url) => !known.has(hostAndPath(url)) && !byService.has(new URL(url).pathname));
    expect(tried.length).toBeGreaterThan(plan.runbooks.length);
    expect(tried.filter((url) => get(url).status !== 404)).toEqual([]);
    expect(get("http://127.0.0.1/nothing").body).toContain("<h1>There is no such runbook</h1>");
  });

  it("link to runbooks and lists that are there, and to dashboards of this environment", () => {
    const dashboards = plan.dashboards.map(({ uid }) => dashboardAddress(plan, uid));
    for (const page of plan.runbooks) {
      const links = linksOf(get(page.url).body, page.url);
      const own = links.filter((link) => sites.has(new URL(link).host));
      expect(own.length).toBeGreaterThan(0);
      expect(own.filter((link) => get(link).status !== 200)).toEqual([]);
      const graphs = links.filter((link) => link.startsWith(`${plan.platform.grafana.address}/`));
      const isHere = plan.services.some(({ id }) => id === page.service);
      expect([page.url, graphs.length > 0]).toEqual([page.url, isHere]);
      expect(graphs.filter((link) => !dashboards.includes(link.replace(/\?.*/, "")))).toEqual([]);
    }
  });

  it("are all in the lists of their addresses, which lead to each", () => {
    const lists = [
      ...plan.runbooks.map(({ url }) => new URL("./", url).href),
      ...plan.platform.runbookSite.addresses,
      "http://127.0.0.1/",
      ...new Set(plan.runbooks.map(({ service }) => `http://127.0.0.1/${service}/`)),
    ];
    const listed = [...new Set(lists)].flatMap((list) => {
      const { status, body } = get(list);
      const links = linksOf(body, list).filter((link) => new URL(link).host === new URL(list).host);
      expect([list, status]).toEqual([list, 200]);
      expect(links.filter((link) => get(link).status !== 200)).toEqual([]);
      return links;
    });
    expect(plan.runbooks.filter(({ url }) => !listed.includes(url))).toEqual([]);
  });

  it("load nothing, and run nothing but the script that copies", () => {
    const pages = [...disk].filter(([path]) => path.endsWith(".html"));
    expect(pages.length).toBeGreaterThan(plan.runbooks.length);
    const wrong =
      /<(?:script|img|iframe|link|object|embed|form|base)\b|\bon\w+=|javascript:|@import|url\(|\ssrc=/i;
    // The one script is the one that the policy names by its hash.
    const outsideCode = (html: string): string =>
      html.replace(/<code>[\s\S]*?<\/code>/g, "").replace(`<script>${SCRIPT}</script>`, "");
    expect(pages.filter(([, html]) => wrong.test(outsideCode(html))).map(([path]) => path)).toEqual([]);
  });
});
