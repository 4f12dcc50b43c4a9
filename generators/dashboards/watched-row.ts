import type { Alert } from "../../slo/alert";
import { isDuration, milliseconds } from "../../slo/duration";
import { exactRatio } from "../../slo/objective";
import { sortedBy } from "../../slo/order";
import { eventMetricOf } from "../../slo/sli";
import { subjectText, undrawnAlerts } from "./alert-panels";
import { KEYS } from "./keys";
import type { RowDraft } from "./layout";
import { graph, type PanelDraft } from "./panels";
import { alertValues, type WatchedValue } from "./subjects";
import type { Step, UNITS } from "./style";
import { valueQuery } from "./values";
import { runbookLinks, unitOf, type ServiceView } from "./view";

/** A panel per subject of the alerts that no other panel shows, so that every alert has one to lead to. */
export function watchedRow(view: ServiceView): RowDraft {
  const groups = new Map<string, readonly [Alert, ...Alert[]]>();
  for (const alert of sortedBy(undrawnAlerts(view.service), ({ name }) => name)) {
    const subject = subjectText(view.service, alert);
    const known = groups.get(subject);
    groups.set(subject, known === undefined ? [alert] : [...known, alert]);
  }
  return {
    key: "watched",
    title: "What other alerts watch",
    panels: [...groups].map(([subject, alerts]) => panel(view, subject, alerts)),
  };
}

function panel(view: ServiceView, subject: string, alerts: readonly [Alert, ...Alert[]]): PanelDraft {
  const [first, ...more] = alertValues(alerts[0]);
  const { title, text, unit } = wording(first.value);
  const names = alerts.map(({ name }) => name);
  const steps = limits(alerts);
  return graph({
    key: KEYS.watched(subject),
    title,
    description: `${text} Watched by ${names.join(", ")}.`,
    unit,
    size: "column",
    queries: [valueQuery(view, first), ...more.map((value) => valueQuery(view, value))],
    ...(steps.length === 0 ? {} : { steps }),
    links: runbookLinks(view.alerts.filter(({ alertname }) => names.includes(alertname))),
  });
}

interface Wording {
  readonly title: string;
  readonly text: string;
  readonly unit: keyof typeof UNITS;
}

const GROWTH_UNITS = { increase: "count", rate: "perSecond", "rate-per-minute": "perMinute" } as const;

function wording(value: WatchedValue): Wording {
  switch (value.kind) {
    case "level":
      return { title: value.gauge.name, text: value.gauge.help, unit: unitOf(value.gauge) };
    case "increase":
    case "rate":
    case "rate-per-minute":
      return {
        title: `${value.counter.name}, ${value.window}`,
        text: `${value.counter.help} Counted over ${value.window}.`,
        unit: GROWTH_UNITS[value.kind],
      };
    case "targets-up": {
      const { name } = value.job;
      return {
        title: `Targets of ${name}`,
        text: `Share of the targets of ${name} that answer.`,
        unit: "ratio",
      };
    }
    case "gauge-per-target":
      return {
        title: `${value.gauge.name} by target`,
        text: `${value.gauge.help} The least, as a share of the targets.`,
        unit: "ratio",
      };
    case "bad-events": {
      const { name } = eventMetricOf(value.sli);
      return { title: `Bad among ${name}`, text: `Share of bad events over ${value.window}.`, unit: "ratio" };
    }
    case "gauge-share": {
      const { part, whole } = value;
      return {
        title: `${part.name} as a share`,
        text: `${part.help} As a share of ${whole.name}.`,
        unit: "ratio",
      };
    }
  }
}

/** Where alerts fire. */
interface Limit {
  readonly above: boolean;
  readonly at: number;
  readonly colour: Step["colour"];
}

/** Lines where the alerts fire; alerts that differ in direction share no scale of colours. */
function limits(alerts: readonly Alert[]): readonly Step[] {
  const all = alerts.flatMap(limitOf).sort((a, b) => a.at - b.at);
  const [first] = all;
  if (first === undefined || all.some(({ above }) => above !== first.above)) {
    return [];
  }
  return first.above
    ? [{ from: null, colour: "good" }, ...all.map(({ at, colour }) => ({ from: at, colour }))]
    : [
        { from: null, colour: first.colour },
        ...all.map(({ at }, index): Step => ({ from: at, colour: all[index + 1]?.colour ?? "good" })),
      ];
}

function limitOf(alert: Alert): readonly Limit[] {
  const colour = alert.severity === "critical" ? "bad" : "poor";
  switch (alert.kind) {
    case "threshold":
      return [{ above: alert.comparison === "above", at: exactRatio(alert.threshold).toNumber(), colour }];
    case "event":
      return [{ above: true, at: Number(alert.equals), colour }];
    case "gauge":
      return [{ above: alert.comparison === "above", at: plain(alert.limit), colour }];
    case "gauge-down":
      return [{ above: false, at: 1, colour }];
    case "increase":
      return [{ above: true, at: alert.moreThan + 1, colour }];
    case "absence":
    case "anomaly":
    case "disagreement":
      return [];
  }
}

function plain(limit: string): number {
  return isDuration(limit) ? milliseconds(limit) / 1_000 : Number(limit);
}
