import type { PlannedPanel, PlannedRow, Step } from "../../plan/dashboard";
import { graph } from "./panels";
import { comparison, isOutage, limitValue, type Alert } from "../../slo/alert";
import { labelsOf } from "../../slo/measure";
import { sortedBy } from "../../slo/order";
import { panelWords } from "../measures/measures";
import { subjectText, undrawnAlerts } from "./alert-panels";
import { KEYS } from "./keys";
import { watched } from "./subjects";
import { valueQuery } from "./values";
import { runbookLinks, type ServiceView } from "./view";

/** A panel per subject of the alerts that no other panel shows, so that every alert has one to lead to. */
export function watchedRow(view: ServiceView): PlannedRow {
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

function panel(view: ServiceView, subject: string, alerts: readonly [Alert, ...Alert[]]): PlannedPanel {
  const measure = watched(alerts[0]);
  const { title, text, unit } = panelWords(measure);
  const names = alerts.map(({ name }) => name);
  const steps = limits(alerts);
  return graph({
    key: KEYS.watched(subject),
    title,
    description: `${text} Watched by ${names.join(", ")}.`,
    unit,
    size: "column",
    queries: [
      valueQuery(
        view,
        labelsOf(measure).length === 0 ? { name: "measured", value: measure } : { value: measure },
      ),
    ],
    ...(steps.length === 0 ? {} : { steps }),
    links: runbookLinks(view.alerts.filter(({ alertname }) => names.includes(alertname))),
  });
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
  if (isOutage(alert) || "unusual" in alert.when) {
    return [];
  }
  const colour = alert.severity === "critical" ? "bad" : "poor";
  const { operator, limit } = comparison(alert.when);
  // Of a level that is 1 when all is well, what is equal to 0 is below 1.
  const at = operator === "==" && alert.orAbsent === true ? 1 : limitValue(limit);
  const above = operator !== "<" && alert.orAbsent !== true;
  // Events are whole, so that the first one beyond the limit is drawn.
  return [{ above, at: alert.measure.kind === "increase" ? at + 1 : at, colour }];
}
