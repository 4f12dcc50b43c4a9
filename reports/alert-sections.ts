import { spanSays } from "../plan/page-times";
import { groupedBy } from "../slo/order";
import type { AlertPast, Report } from "./report";
import { more, MOST_ROWS, type Section } from "./section";
import { dayAndTime } from "./words";

const ALERT_HEAD = ["alert", "objective", "severity"] as const;

function alertCells({
  alert,
  service,
  slo,
  severity,
}: Pick<AlertPast, "alert" | "service" | "severity" | "slo">): readonly string[] {
  return [alert, [service, slo].filter((text) => text !== "").join("/"), severity];
}

export function noisiest(report: Report): readonly Section[] {
  const shown = report.alerts.slice(0, MOST_ROWS);
  return [
    {
      title: "Alerts that fired, the noisiest first",
      head: [...ALERT_HEAD, "fired", "for", "part of pages"],
      rows: shown.map((one) => [
        ...alertCells(one),
        String(one.fired),
        spanSays(one.lasted),
        String(one.pages),
      ]),
      links: shown.map(({ service }) => report.dashboards[service]),
      none: "No alert fired.",
      ...more(report.alerts.length),
    },
  ];
}

/** Of the day: what fires and what is over, since yesterday. */
export function happened({ alerts, dashboards, zone }: Report): readonly Section[] {
  const head = [...ALERT_HEAD, "team", "since"];
  const row = (one: AlertPast): readonly string[] => [
    ...alertCells(one),
    one.team,
    dayAndTime(one.since, zone),
  ];
  const links = (some: readonly AlertPast[]): NonNullable<Section["links"]> =>
    some.map(({ service }) => dashboards[service]);
  const firing = alerts.filter(({ over }) => over === undefined);
  const past = alerts.filter(({ over }) => over !== undefined);
  return [
    {
      title: "Alerts that fire",
      head,
      rows: firing.map(row),
      links: links(firing),
      none: "No alert fires.",
    },
    {
      title: "Alerts that fired and are over",
      head: [...head, "for", "times"],
      rows: past.map((one) => [...row(one), spanSays(one.lasted), String(Math.max(1, one.fired))]),
      links: links(past),
      none: "No other alert has fired since yesterday.",
    },
  ];
}

export function quiet({ quiet: all }: Report): readonly Section[] {
  return [
    {
      title: `Alerts that did not fire${all === undefined ? "" : `: ${all.length}`}`,
      head: ["service", "alerts"],
      rows: [...groupedBy(all ?? [], ({ service }) => service)].map(([service, own]) => [
        service,
        [...groupedBy(own, ({ alert }) => alert)].map(alertOfSlos).join(", "),
      ]),
      none: all === undefined ? "Not known: this server has no rules." : "Every alert fired.",
      note: "An alert that never fires is right, or it reads what is not there: `tocsin doctor` says which.",
    },
  ];
}

function alertOfSlos([alert, own]: readonly [string, readonly Pick<AlertPast, "slo">[]]): string {
  const slos = own
    .map(({ slo }) => slo)
    .filter((slo) => slo !== "" && slo !== "none" && !slo.endsWith(alert));
  return slos.length === 0 ? alert : `${alert} (${slos.join(", ")})`;
}
