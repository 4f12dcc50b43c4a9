/** Who scrapes a service and evaluates its records. */
export const METRICS_BACKENDS = ["gmp", "kubernetes"] as const;
export type MetricsBackend = (typeof METRICS_BACKENDS)[number];

/** Who may evaluate alerts over records that somebody else keeps. */
export const ALERTS_BACKENDS = ["grafana"] as const;

/** Every place to which rules are delivered. */
export type Backend = MetricsBackend | (typeof ALERTS_BACKENDS)[number];

/** What a stack says of a service; whoever keeps its records evaluates its alerts, unless `alerts` names another. */
export interface BackendChoice {
  readonly metrics: MetricsBackend;
  readonly alerts?: (typeof ALERTS_BACKENDS)[number];
}

/** Who evaluates which rules of a service: each rule has one place, so that no alert is sent twice. */
export interface Binding {
  readonly metrics: MetricsBackend;
  readonly alerts: Backend;
}

/** Of services of which a stack says nothing: the Prometheus that it runs. */
export const OWN_PROMETHEUS: Binding = { metrics: "kubernetes", alerts: "kubernetes" };

/** The binding that a choice means. */
export function bindingOf(choice: BackendChoice | undefined): Binding {
  return choice === undefined
    ? OWN_PROMETHEUS
    : { metrics: choice.metrics, alerts: choice.alerts ?? choice.metrics };
}

/** The same services, all of them with the Prometheus of the stack: what the lab plays and rule tests load. */
export function onOwnPrometheus<T extends { readonly backend: Binding }>(
  services: readonly T[],
): readonly T[] {
  return services.map((service) => ({ ...service, backend: OWN_PROMETHEUS }));
}
