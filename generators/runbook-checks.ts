import { identityKey } from "../plan/identity";
import type { MonitoringPlan, PlannedAlert } from "../plan/monitoring-plan";
import { runbookFile, type RunbookPage } from "../plan/runbook";
import type { Severity } from "../slo/alert";
import { DOCS } from "../slo/command";
import { groupedBy } from "../slo/order";
import type { Problem } from "../slo/problem";
import { SEVERITIES } from "./runbook-front-matter";
import { pageKey } from "./runbook-pages";

/** Alerts that a plan does not have and that its pages speak of. */
export interface AlertsElsewhere {
  /** Those of another environment, which pages name, because they are one set for all. */
  readonly named: readonly PlannedAlert[];
  /** Those that a low objective puts out of reach, which pages may name or not; the objective itself is told of them. */
  readonly outOfReach: readonly PlannedAlert[];
}

/**
 * Every alert has a runbook, and pages and alerts agree on each other. Pages of a service that is not in this
 * environment are left alone: where the service is, they are looked at.
 * @param isOpen whether what leads to a page is not known, because it has problems of its own
 */
export function checkRunbooks(
  plan: MonitoringPlan,
  { named, outOfReach }: AlertsElsewhere,
  isOpen: (page: RunbookPage) => boolean,
): readonly Problem[] {
  const here = new Set(plan.services.map(({ id }) => id));
  const leading = groupedBy([...plan.alerts, ...named], ({ runbook }) => pageKey(runbook));
  const silent = groupedBy(outOfReach, ({ runbook }) => pageKey(runbook));
  const leadingTo = (page: RunbookPage): readonly PlannedAlert[] => [
    ...(leading.get(pageKey(page)) ?? []),
    ...(silent.get(pageKey(page)) ?? []).filter(({ alertname }) => page.alerts.includes(alertname)),
  ];
  const dashboards = new Set(plan.dashboards.map(({ uid }) => uid));
  return [
    ...missingRunbooks(plan),
    ...plan.runbooks
      .filter(({ service }) => here.has(service))
      .flatMap((page) => [
        ...(isOpen(page) ? [] : pageProblems(page, leadingTo(page), plan.alerts)),
        ...dashboardProblems(page, dashboards),
      ]),
  ];
}

function missingRunbooks(plan: MonitoringPlan): readonly Problem[] {
  const known = new Set(plan.runbooks.map(pageKey));
  return plan.alerts
    .filter((alert) => !known.has(pageKey(alert.runbook)))
    .map((alert) => ({
      code: "runbook-missing" as const,
      path: `alerts.${identityKey(alert)}.runbook`,
      message: `there is no ${runbookFile(alert.runbook)}`,
      remedy: `Write it after ${DOCS}/runbook-template.md: of this alert there is no default page.`,
    }));
}

function problem(page: RunbookPage, key: string, message: string, remedy: string): Problem {
  const path = `${runbookFile(page)}: ${key}`;
  return { code: "runbook-invalid", path, message, remedy };
}

function pageProblems(
  page: RunbookPage,
  alerts: readonly PlannedAlert[],
  all: readonly PlannedAlert[],
): readonly Problem[] {
  const names = [...new Set(alerts.map(({ alertname }) => alertname))];
  // A page without an owner has been told so already.
  const teams = page.owner === "" ? [] : [...new Set(alerts.map(({ team }) => team))];
  return [
    ...page.alerts
      .filter((name) => !names.includes(name))
      .map((name) =>
        problem(
          page,
          "alerts",
          `no alert called [${name}] leads to this page`,
          names.length === 0 ? withoutAlerts(page, name, all) : `Those that do: ${names.join(", ")}.`,
        ),
      ),
    ...names
      .filter((name) => !page.alerts.includes(name))
      .map((name) =>
        problem(
          page,
          "alerts",
          `[${name}] leads to this page and is not listed`,
          "Add it, and say what it means.",
        ),
      ),
    ...teams
      .filter((team) => team !== page.owner)
      .map((team) =>
        problem(page, "owner", `[${page.owner}] is not the team of its alerts`, `Name [${team}].`),
      ),
    ...severityProblems(page, alerts),
  ];
}

/** An alert may be the one that is meant, and lead elsewhere. */
function withoutAlerts({ service, slug }: RunbookPage, name: string, all: readonly PlannedAlert[]): string {
  const meant = all.filter((alert) => alert.alertname === name && alert.runbook.service === service);
  return meant.length === 0
    ? "No alert does: write `procedure: true`."
    : `[${name}] leads to [${[...new Set(meant.map(({ runbook }) => runbook.slug))].join(", ")}]: write [${slug}] there, or \`procedure: true\` here.`;
}

/** A page whose names are wrong is not blamed for severities as well: they would be right with the names. */
function severityProblems(page: RunbookPage, alerts: readonly PlannedAlert[]): readonly Problem[] {
  const listed = alerts.filter(({ alertname }) => page.alerts.includes(alertname));
  const severities: readonly Severity[] = SEVERITIES.filter((one) =>
    listed.some(({ severity }) => severity === one),
  );
  return listed.length === 0 || severities.join() === page.severities.join()
    ? []
    : [
        problem(
          page,
          "severity",
          `[${page.severities.join(", ")}] is not what its alerts have`,
          `Write [${severities.join(", ")}], there and in the section Severity.`,
        ),
      ];
}

function dashboardProblems(page: RunbookPage, dashboards: ReadonlySet<string>): readonly Problem[] {
  return page.dashboard === "" || dashboards.has(page.dashboard)
    ? []
    : [
        problem(
          page,
          "dashboard",
          `there is no dashboard [${page.dashboard}]`,
          `There are ${[...dashboards].join(", ")}.`,
        ),
      ];
}
