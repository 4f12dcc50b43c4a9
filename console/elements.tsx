import type { ComponentChildren } from "preact";
import type { AlertNow, ConsoleAlert, Setting, Situation } from "./answers";
import { ago, percent } from "./units";

/** What every page is given. */
export interface Shown {
  readonly setting: Setting;
  readonly now: Situation;
}

/** The worst first. */
const SEVERITIES = ["critical", "warning", "info", "none"];

/** For sorting, the worst first. */
export function rankOf(severity: string): number {
  return SEVERITIES.indexOf(severity);
}

export function Severity({ of }: { readonly of: string }) {
  return <span class={`tag ${of}`}>{of}</span>;
}

/** What an alert is doing, by word and by colour. */
export function State({ alert }: { readonly alert: AlertNow | undefined }) {
  const [word, kind] =
    alert === undefined
      ? ["quiet", "good"]
      : alert.state === "pending"
        ? ["pending", "caution"]
        : alert.inhibitedBy.length > 0 || alert.isSilenced
          ? ["silenced", "plain"]
          : ["firing", "bad"];
  return <span class={`state ${kind}`}>{word}</span>;
}

export function AlertLink({ alert }: { readonly alert: Pick<ConsoleAlert, "alertname" | "key"> }) {
  return <a href={`/alerts/${alert.key.split("/").map(encodeURIComponent).join("/")}`}>{alert.alertname}</a>;
}

export function Section(shown: {
  readonly title: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="card">
      <header>
        <h2>{shown.title}</h2>
        {shown.aside}
      </header>
      {shown.children}
    </section>
  );
}

/** What stands where there is nothing yet. */
export function Nothing({ children }: { readonly children: ComponentChildren }) {
  return <p class="nothing">{children}</p>;
}

/** How much of an error budget is left, as the policy names its states. */
export function budgetKind(left: number | undefined): string {
  return left === undefined
    ? "plain"
    : left >= 0.5
      ? "good"
      : left >= 0.25
        ? "caution"
        : left >= 0.1
          ? "poor"
          : "bad";
}

/** A share as a bar, its number beside it. */
export function Budget({ left, label }: { readonly left: number | undefined; readonly label: string }) {
  const shown = Math.max(0, Math.min(1, left ?? 0));
  return (
    <span class="budget">
      <span
        class="bar"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(shown * 100)}
        aria-valuetext={left === undefined ? "no value" : `${percent(left, 1)} left`}
      >
        <i class={budgetKind(left)} style={{ width: `${shown * 100}%` }} />
      </span>
      <b class={`text ${budgetKind(left)}`}>{left === undefined ? "–" : percent(left, 1)}</b>
    </span>
  );
}

/** The alerts of a list that are doing something, the worst first, then the oldest. */
export function activeOf({ now, setting }: Shown): readonly (AlertNow & ConsoleAlert)[] {
  const planned = new Map(setting.alerts.map((alert) => [alert.key, alert]));
  return now.alerts
    .flatMap((alert) => {
      const known = planned.get(alert.key);
      return known === undefined || known.severity === "none" ? [] : [{ ...known, ...alert }];
    })
    .sort(
      (a, b) =>
        Number(b.state === "firing") - Number(a.state === "firing") ||
        rankOf(a.severity) - rankOf(b.severity) ||
        a.since - b.since,
    );
}

/** What a line says of an alert, whatever it does now. */
export function AlertLine({
  alert,
  state,
}: {
  readonly alert: ConsoleAlert;
  readonly state: AlertNow | undefined;
}) {
  return (
    <>
      <span class="tags">
        <State alert={state} />
        <Severity of={alert.severity} />
      </span>
      <span class="what">
        <AlertLink alert={alert} />{" "}
        <a class="soft" href={`/services/${alert.service}`}>
          {alert.service}
        </a>
        <small>{alert.summary}</small>
      </span>
    </>
  );
}

/** Alerts that do something now, each a line. */
export function ActiveAlerts({
  shown,
  alerts,
}: {
  readonly shown: Shown;
  readonly alerts: readonly (AlertNow & ConsoleAlert)[];
}) {
  return (
    <ul class="lines">
      {alerts.map((alert) => (
        <li key={`${alert.key}${JSON.stringify(alert.labels)}`} class={`line ${alert.severity}`}>
          <AlertLine alert={alert} state={alert} />
          <span class="soft when">{ago(alert.since, shown.now.time)}</span>
        </li>
      ))}
    </ul>
  );
}
