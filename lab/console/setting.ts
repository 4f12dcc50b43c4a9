import type {
  AlertDetails,
  BurnPair,
  BurnSide,
  ConsoleAlert,
  ConsoleSlo,
  Setting,
} from "../../console/answers";
import { pathsOf } from "../../backends/alertmanager/routes";
import { matchesAll } from "../../plan/ways";
import { uidIn } from "../../plan/dashboard";
import { placeOf } from "../../plan/environment";
import type { AlertingRule, MonitoringPlan, PlannedAlert, PlannedSlo } from "../../plan/monitoring-plan";
import { RECORDS } from "../../plan/names";
import { integrationOf } from "../../receivers";
import { burnPlan, type BurnPlan, type BurnWindow } from "../../slo/burn-rate";
import { newest } from "../../generators/slo-context";
import { milliseconds, type Duration } from "../../slo/duration";
import { errorBudget } from "../../slo/objective";
import type { Incidents } from "../incidents";
import { scaleExpression } from "../time-scale";
import { clausesOf } from "./clauses";

/** What a console shows before anything happens. */
export interface Staged {
  /** On the lab's clock and at its addresses. */
  readonly plan: MonitoringPlan;
  /** As production has it. */
  readonly original: MonitoringPlan;
  readonly speed: number;
  readonly incidents: Pick<Incidents, "playable">;
}

/** What a console is made of. */
export interface Played extends Staged {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly incidents: Incidents;
}

/** The labels that tell alerts apart, of whoever has them. */
interface Named {
  readonly service?: string;
  readonly slo?: string;
  readonly alertname?: string;
}

/** `<service>/<slo>/<alertname>`, as the address of an alert's page has it. */
export function alertKey({ service = "", slo = "", alertname = "" }: Named): string {
  return `${service}/${slo}/${alertname}`;
}

/** What stays while a lab runs. */
export function settingOf(played: Staged): Setting {
  const { plan, speed, incidents } = played;
  const rules = rulesOf(played.original);
  const place = placeOf(plan.environment);
  return {
    environment: plan.environment.name,
    cluster: plan.environment.cluster,
    speed,
    services: plan.services.map(({ id, title, description, team, tier, dashboardUrl }) => ({
      ...{ id, title, description, team, tier },
      dashboard: new URL(dashboardUrl).pathname,
    })),
    slos: plan.slos.map((slo) => sloOf(slo, played)),
    alerts: plan.alerts.map((alert) => alertOf(alert, rules)),
    incidents: incidents.playable.map(({ id, service, says, alerts }) => ({ id, service, says, alerts })),
    runbooks: plan.runbooks.map(({ service, slug, title, owner, alerts, severities }) => ({
      ...{ service, slug, title, owner, alerts, severities },
    })),
    dashboards: plan.dashboards.map(({ uid, title, service, rows }) => ({
      uid: uidIn(uid, place),
      title,
      service,
      panels: rows.flatMap(({ panels }) => panels).length,
    })),
    routes: plan.routing.root,
    receivers: plan.routing.receivers.map(({ name, purpose, integrations }) => ({
      ...{ name, purpose },
      channels: integrations.map((settings) => {
        const { title, place: placed } = integrationOf(settings);
        return [title, ...(placed === undefined ? [] : [placed(settings)])].join(" ");
      }),
    })),
  };
}

type Rules = ReadonlyMap<string, AlertingRule>;

function rulesOf({ ruleGroups }: MonitoringPlan): Rules {
  const rules = ruleGroups.flatMap((group) => group.rules);
  return new Map(
    rules.flatMap((rule) =>
      rule.kind === "alert" ? [[alertKey({ ...rule.labels, alertname: rule.alert }), rule] as const] : [],
    ),
  );
}

function alertOf(alert: PlannedAlert, rules: Rules): ConsoleAlert {
  const { alertname, service, slo, severity, team } = alert;
  const key = alertKey(alert);
  return {
    ...{ key, alertname, service, slo, severity, team },
    summary: rules.get(key)?.annotations["summary"] ?? alertname,
  };
}

/** What the page of one alert needs besides the setting; undefined where there is no such alert. */
export function detailsOf(key: string, { plan, original, speed }: Staged): AlertDetails | undefined {
  const alert = plan.alerts.find((each) => alertKey(each) === key);
  const rules = rulesOf(original);
  const rule = rules.get(key);
  if (alert === undefined || rule === undefined) {
    return undefined;
  }
  const { pathname, search } = new URL(alert.dashboardUrl);
  const labels = { ...placeOf(plan.environment), ...rule.labels, alertname: rule.alert };
  return {
    alert: alertOf(alert, rules),
    expr: rule.expr,
    for: rule.for,
    description: rule.annotations["description"] ?? "",
    paths: pathsOf(plan.routing.root, labels),
    silencedBy: plan.routing.inhibitRules.filter(({ target }) => matchesAll(target, labels)),
    clause: clausesOf(rule.expr, (expr) => scaleExpression(expr, speed)),
    runbook: { service: alert.runbook.service, slug: alert.runbook.slug },
    dashboard: `${pathname}${search}`,
  };
}

function sloOf(slo: PlannedSlo, { original, speed }: Staged): ConsoleSlo {
  const { id, service, title, breach, objective, window, response } = slo;
  const burn = burnPlan(window, original.scrape.interval);
  const side = (length: Duration): BurnSide => ({
    window: length,
    expr: scaleExpression(badShare(slo, burn, length), speed),
  });
  const pair = ({ long, short, factor, budgetFraction, ...rest }: BurnWindow): BurnPair => ({
    id: rest.id,
    response: rest.response === "page" ? response : rest.response,
    factor: factor.toNumber(),
    fraction: Number(budgetFraction),
    long: side(long),
    short: side(short),
  });
  return {
    ...{ id, service, slo: slo.slo, title, breach, objective, window, response },
    budget: errorBudget(objective).toNumber(),
    windowMs: milliseconds(window),
    pairs: burn.windows.map(pair),
    budgetExpr: scaleExpression(newest(`${RECORDS.budgetRemaining}{slo_id="${id}"}`, burn), speed),
  };
}

/** The share of bad events over a window, from the series that an SLO records for it. */
function badShare({ id }: PlannedSlo, burn: BurnPlan, window: Duration): string {
  const [fast, , ...tickets] = burn.windows;
  const of = (name: string): string => `${name}{slo_id="${id}"}`;
  const share = (name: (side: "error" | "total") => string): string =>
    `${of(name("error"))} / ${of(name("total"))}`;
  if (window === fast.long) {
    return share((side) => RECORDS.increase(side, window));
  }
  if (window === burn.base) {
    return share((side) => RECORDS.rate(side, window));
  }
  return tickets.some(({ long }) => long === window)
    ? newest(of(RECORDS.ratio(window)), burn)
    : share((side) => RECORDS.sum(side, window));
}
