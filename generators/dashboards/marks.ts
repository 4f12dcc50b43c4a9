import type { Mark } from "../../plan/dashboard";
import type { LabelMatch } from "../../slo/telemetry";
import { equals, selector } from "../promql";

/** New targets are noticed for as long as Prometheus keeps an old value, so that none is missed between two points. */
const NEW = "5m";

/** How far apart two points are between which something is noticed. */
const STEP = "60s";

/** What happened to a service, drawn over its graphs: alerts that fired, and rollouts. */
export function serviceMarks(service: string, here: readonly LabelMatch[]): readonly Mark[] {
  const own = [...here, equals("service", service)];
  return [
    {
      name: "Alerts",
      step: STEP,
      expr: selector("ALERTS", [
        equals("alertstate", "firing"),
        ...own,
        { label: "severity", op: "=~", value: "critical|warning" },
      ]),
      title: "{{alertname}}",
      text: "{{slo}}",
      tag: "severity",
      colour: "bad",
    },
    {
      name: "New targets",
      step: STEP,
      expr: `count by (job) (${selector("up", own)} unless ${selector("up", own)} offset ${NEW})`,
      title: "New targets of {{job}}",
      text: "A rollout, more replicas, or pods that moved",
      tag: "job",
      colour: "plain",
    },
  ];
}

/** What woke somebody, over the graphs of all services. */
export function overviewMarks(here: readonly LabelMatch[]): readonly Mark[] {
  return [
    {
      name: "Pages",
      step: STEP,
      expr: selector("ALERTS", [equals("alertstate", "firing"), ...here, equals("severity", "critical")]),
      title: "{{service}}: {{alertname}}",
      text: "{{slo}}",
      tag: "service",
      colour: "bad",
    },
  ];
}
