import { IS_MANAGED } from "../../plan/backend";
import type { PlannedDashboard } from "../../plan/dashboard";
import { identityKey, noSlo } from "../../plan/identity";
import type { MonitoringPlan, PlannedAlert, PlannedService } from "../../plan/monitoring-plan";
import { runbookFile, writtenIn, type RunbookPage } from "../../plan/runbook";
import type { Severity } from "../../slo/alert";
import { groupedBy, sortedBy } from "../../slo/order";
import { dashboardAddress } from "../grafana/content";
import { anchor, escapeHtml } from "./html";
import { renderMarkdown } from "./markdown";
import { SCRIPT } from "./script";
import { STYLESHEET } from "./stylesheet";

/** A page in a list, with the way to it from there. */
export interface ListedPage {
  readonly page: RunbookPage;
  readonly href: string;
}

/** Pages of one plan. */
export interface SiteRenderer {
  /** A whole runbook: what leads to it, and what to do. */
  readonly runbook: (page: RunbookPage) => string;
  /** A list of runbooks, by service and title. */
  readonly list: (listed: readonly ListedPage[]) => string;
}

/** What pages ask of their plan, looked up once for all of them. */
interface Lookup {
  readonly plan: MonitoringPlan;
  readonly pages: ReadonlyMap<string, RunbookPage>;
  readonly alerts: ReadonlyMap<string, readonly PlannedAlert[]>;
  readonly dashboards: ReadonlyMap<string, PlannedDashboard>;
  readonly services: ReadonlyMap<string, PlannedService>;
}

/** The renderer of a plan's pages. */
export function siteRenderer(plan: MonitoringPlan): SiteRenderer {
  const lookup: Lookup = {
    plan,
    pages: new Map(plan.runbooks.map((page) => [keyOf(page), page])),
    alerts: groupedBy(plan.alerts, ({ runbook }) => keyOf(runbook)),
    dashboards: new Map(plan.dashboards.map((dashboard) => [dashboard.uid, dashboard])),
    services: new Map(plan.services.map((service) => [service.id, service])),
  };
  return {
    runbook: (page) => runbookHtml(lookup, page),
    list: (listed) => listHtml(lookup, listed),
  };
}

function keyOf({ service, slug }: Pick<RunbookPage, "service" | "slug">): string {
  return `${service}/${slug}`;
}

function runbookHtml(lookup: Lookup, page: RunbookPage): string {
  const neighbour = (service = page.service, slug: string): string | undefined => {
    const other = lookup.pages.get(keyOf({ service, slug }));
    // A relative way works at every address that a service's pages have; to another service there is none.
    return service === page.service ? other?.slug : other?.url;
  };
  const prometheus = openedPrometheus(lookup, page);
  const { html, sections } = renderMarkdown(page.markdown, neighbour, {
    queries: page.queries,
    ...(prometheus === undefined ? {} : { prometheus }),
  });
  const contents = [
    ...sections.map(({ id, title }) => anchor(`#${id}`, title)),
    anchor("#about", "About this page"),
  ].map((link) => `<li>${link}</li>`);
  return htmlDocument(page.title, [
    `<nav>${anchor("./", `All runbooks of ${serviceTitle(lookup, page.service)}`)} · Dashboard: ${dashboardLink(lookup, page)}</nav>`,
    `<ul class="sections">${contents.join("")}</ul>`,
    `<main>\n${html}</main>`,
    '<h2 id="about"><a href="#about">About this page</a></h2>',
    `<dl class="facts">\n${facts(lookup, page).join("\n")}\n</dl>`,
    `<footer>${escapeHtml(`${page.url} in ${lookup.plan.environment.name}`)}</footer>`,
    `<script>${SCRIPT}</script>`,
  ]);
}

/** The Prometheus that people open, where the service is with it. */
function openedPrometheus({ plan, services }: Lookup, { service }: RunbookPage): string | undefined {
  const metrics = services.get(service)?.backend.metrics;
  return metrics === undefined || IS_MANAGED[metrics] ? undefined : plan.platform.prometheus.address;
}

function listHtml(lookup: Lookup, listed: readonly ListedPage[]): string {
  const byService = [...groupedBy(listed, ({ page }) => page.service)];
  const sections = sortedBy(byService, ([id]) => serviceTitle(lookup, id)).map(([id, own]) => {
    const items = sortedBy(own, ({ page }) => page.title).map((entry) => listItem(lookup, entry));
    return [
      `<h2 id="${escapeHtml(id)}">${anchor(`#${id}`, serviceTitle(lookup, id))}</h2>`,
      `<ul class="pages">\n${items.join("\n")}\n</ul>`,
    ].join("\n");
  });
  const title = `Runbooks of ${lookup.plan.environment.name}`;
  return htmlDocument(title, [`<h1>${escapeHtml(title)}</h1>`, ...sections]);
}

/** What stands in the place of a page that is not there. */
export function notFoundHtml(home: string): string {
  return htmlDocument("There is no such runbook", [
    "<h1>There is no such runbook</h1>",
    `<p>The address is wrong, or its alert is gone. ${anchor(home, "All runbooks")}</p>`,
  ]);
}

function listItem(lookup: Lookup, { page, href }: ListedPage): string {
  const alerts = page.alerts.length === 0 ? "a procedure" : page.alerts.join(", ");
  const parts = [
    anchor(href, page.title),
    `${severities(page.severities)}${escapeHtml(`${alerts}; ${page.owner}`)}`,
    dashboardLink(lookup, page),
  ];
  return `<li>${parts.join("<br>")}</li>`;
}

function severities(of: readonly Severity[]): string {
  return of.map((severity) => `<span class="severity ${severity}">${severity}</span> `).join("");
}

function facts(lookup: Lookup, page: RunbookPage): readonly string[] {
  const fact = (name: string, html: string): string => `<dt>${name}</dt><dd>${html}</dd>`;
  return [
    fact("Owner", escapeHtml(page.owner)),
    fact("Alerts", alertList(lookup, page)),
    fact("Text", madeOf(page)),
  ];
}

/** Where the text stands, and can be changed. */
function madeOf(page: RunbookPage): string {
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  const file = runbookFile(page);
  const written = writtenIn(page);
  if (written.length === page.parts.length && written.includes(file)) {
    return code(file);
  }
  return written.length === 0
    ? `the plan; ${code(file)} can add to it`
    : `the plan, with what ${written.map(code).join(" and ")} says`;
}

/** Pages are one set for all environments, so one may name a dashboard of a service that is not here. */
function dashboardLink({ plan, dashboards }: Lookup, { dashboard: uid }: RunbookPage): string {
  const dashboard = dashboards.get(uid);
  return dashboard === undefined
    ? escapeHtml(`${uid}, not in ${plan.environment.name}`)
    : anchor(dashboardAddress(plan, uid), dashboard.title);
}

/** The alerts that lead here, each with its severity and the panel that shows it. */
function alertList({ plan, alerts }: Lookup, page: RunbookPage): string {
  const leading = sortedBy(alerts.get(keyOf(page)) ?? [], identityKey);
  const here = leading.map(
    (alert) => `${severities([alert.severity])}${anchor(alert.dashboardUrl, nameOf(alert))}`,
  );
  const elsewhere = page.alerts
    .filter((name) => !leading.some(({ alertname }) => alertname === name))
    .map((name) => escapeHtml(`${name}, not in ${plan.environment.name}`));
  const all = [...here, ...elsewhere];
  return all.length === 0
    ? "none: a procedure"
    : `<ul>${all.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

/** With its SLO where it has one: several SLOs of a service may share the name. */
function nameOf({ alertname, slo }: PlannedAlert): string {
  return slo === noSlo(alertname) ? alertname : `${alertname} (${slo})`;
}

function serviceTitle({ services }: Lookup, id: string): string {
  return services.get(id)?.title ?? id;
}

/** A whole page in the look of the runbooks. @param body HTML */
function htmlDocument(title: string, body: readonly string[]): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLESHEET}</style>`,
    "</head>",
    "<body>",
    ...body,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}
