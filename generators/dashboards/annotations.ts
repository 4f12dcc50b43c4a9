import { DATA_SOURCE } from "../../plan/names";
import type { DashboardAnnotation } from "../../plan/dashboard";
import type { LabelMatch } from "../../slo/telemetry";
import { equals, selector, type PromQl } from "../promql";
import { COLOURS } from "./style";

/** New targets are noticed for as long as Prometheus keeps an old value, so that none is missed between two points. */
const NEW = "5m";

interface Mark {
  readonly name: string;
  readonly expr: PromQl;
  readonly title: string;
  readonly text: string;
  readonly tags: string;
  readonly colour: keyof typeof COLOURS;
}

/** What happened to a service, drawn over its graphs: alerts that fired, and rollouts. */
export function serviceAnnotations(
  service: string,
  here: readonly LabelMatch[],
): readonly DashboardAnnotation[] {
  const own = [...here, equals("service", service)];
  return [
    annotation({
      name: "Alerts",
      expr: selector("ALERTS", [
        equals("alertstate", "firing"),
        ...own,
        { label: "severity", op: "=~", value: "critical|warning" },
      ]),
      title: "{{alertname}}",
      text: "{{slo}}",
      tags: "severity",
      colour: "bad",
    }),
    annotation({
      name: "New targets",
      expr: `count by (job) (${selector("up", own)} unless ${selector("up", own)} offset ${NEW})`,
      title: "New targets of {{job}}",
      text: "A rollout, more replicas, or pods that moved",
      tags: "job",
      colour: "plain",
    }),
  ];
}

/** What woke somebody, over the graphs of all services. */
export function overviewAnnotations(here: readonly LabelMatch[]): readonly DashboardAnnotation[] {
  return [
    annotation({
      name: "Pages",
      expr: selector("ALERTS", [equals("alertstate", "firing"), ...here, equals("severity", "critical")]),
      title: "{{service}}: {{alertname}}",
      text: "{{slo}}",
      tags: "service",
      colour: "bad",
    }),
  ];
}

/** As the data source of Prometheus reads it. Source: Grafana docs, "Annotate visualizations". */
function annotation({ name, expr, title, text, tags, colour }: Mark): DashboardAnnotation {
  return {
    name,
    datasource: { type: DATA_SOURCE.type, uid: DATA_SOURCE.uid },
    enable: true,
    iconColor: COLOURS[colour],
    expr,
    step: "60s",
    titleFormat: title,
    textFormat: text,
    tagKeys: tags,
  };
}
