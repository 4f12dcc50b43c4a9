import type { MonitoringPlan, PlannedAlert, RunbookPage } from "../../plan/monitoring-plan";
import type { Severity } from "../../slo/alert";
import { compareText, sortedBy } from "../../slo/order";
import { identityKey } from "../../plan/identity";
import { dashboardAddress } from "../grafana";
import { anchor, escapeHtml } from "./html";
import { renderMarkdown } from "./markdown";
import { STYLESHEET } from "./stylesheet";

/** A page in a list, with the way to it from there. */
export interface ListedPage {
  readonly page: RunbookPage;
  readonly href: string;
}

/** A whole runbook: what leads to it, and what to do. */
export function runbookHtml(plan: MonitoringPlan, page: RunbookPage): string {
  const neighbour = (service: string | undefined, slug: string): string | undefined => {
    const other = plan.runbooks.find((one) => one.service === (service ?? page.service) && one.slug === slug);
    // A relative way works at every address that a service's pages have; to another service there is none.
    return service === undefined || service === page.service ? other?.slug : other?.url;
  };
  const { html, sections } = renderMarkdown(page.markdown, neighbour);
  const contents = sections.map(({ id, title }) => `<li>${anchor(`#${id}`, title)}</li>`);
  return htmlDocument(page.title, [
    `<nav>${anchor("./", `All runbooks of ${serviceTitle(plan, page.service)}`)}</nav>`,
    `<dl class="facts">\n${facts(plan, page).join("\n")}\n</dl>`,
    `<ul class="sections">${contents.join("")}</ul>`,
    `<main>\n${html}</main>`,
    `<footer>${escapeHtml(`${page.url} in ${plan.environment.name}`)}</footer>`,
  ]);
}

/** A list of runbooks, by service and title. */
export function indexHtml(plan: MonitoringPlan, listed: readonly ListedPage[]): string {
  const services = [...new Set(listed.map(({ page }) => page.service))];
  const sections = services
    .map((id) => ({ id, name: serviceTitle(plan, id) }))
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ id, name }) => {
      const own = sortedBy(
        listed.filter(({ page }) => page.service === id),
        ({ page }) => page.title,
      );
      return [
        `<h2 id="${escapeHtml(id)}">${anchor(`#${id}`, name)}</h2>`,
        `<ul class="pages">\n${own.map((entry) => listItem(plan, entry)).join("\n")}\n</ul>`,
      ].join("\n");
    });
  const title = `Runbooks of ${plan.environment.name}`;
  return htmlDocument(title, [`<h1>${escapeHtml(title)}</h1>`, ...sections]);
}

/** What stands in the place of a page that is not there. */
export function notFoundHtml(home: string): string {
  return htmlDocument("There is no such runbook", [
    "<h1>There is no such runbook</h1>",
    `<p>The address is wrong, or its alert is gone. ${anchor(home, "All runbooks")}</p>`,
  ]);
}

function listItem(plan: MonitoringPlan, { page, href }: ListedPage): string {
  const alerts = page.alerts.length === 0 ? "a procedure" : page.alerts.join(", ");
  const parts = [
    anchor(href, page.title),
    `${severities(page.severities)}${escapeHtml(`${alerts}; ${page.owner}`)}`,
    anchor(dashboardAddress(plan, page.dashboard), "dashboard"),
  ];
  return `<li>${parts.join("<br>")}</li>`;
}

function severities(of: readonly Severity[]): string {
  return of.map((severity) => `<span class="severity ${severity}">${severity}</span> `).join("");
}

function facts(plan: MonitoringPlan, page: RunbookPage): readonly string[] {
  const fact = (name: string, html: string): string => `<dt>${name}</dt><dd>${html}</dd>`;
  const title = plan.dashboards.find(({ uid }) => uid === page.dashboard)?.title ?? page.dashboard;
  return [
    fact("Owner", escapeHtml(page.owner)),
    fact("Alerts", alertList(plan, page)),
    fact("Dashboard", anchor(dashboardAddress(plan, page.dashboard), title)),
  ];
}

/** The alerts that lead here, each with its severity and the panel that shows it. */
function alertList(plan: MonitoringPlan, page: RunbookPage): string {
  const leading = sortedBy(
    plan.alerts.filter(({ runbook }) => runbook.service === page.service && runbook.slug === page.slug),
    identityKey,
  );
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
  return slo.startsWith("none-") ? alertname : `${alertname} (${slo})`;
}

function serviceTitle(plan: MonitoringPlan, id: string): string {
  return plan.services.find((service) => service.id === id)?.title ?? id;
}

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
