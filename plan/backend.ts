/** Who may run the Prometheus and the Alertmanager of a stack: the stack itself, or an operator that does already. */
export const HOMES = ["kubernetes", "operator"] as const;
export type Home = (typeof HOMES)[number];

/** Who scrapes a service and evaluates its records. */
export const METRICS_BACKENDS = ["gmp", ...HOMES] as const;
export type MetricsBackend = (typeof METRICS_BACKENDS)[number];

/** Whether it keeps the records of every cluster behind an API of its own, beside the Prometheus that people open. */
export const IS_MANAGED = {
  gmp: true,
  kubernetes: false,
  operator: false,
} as const satisfies Readonly<Record<MetricsBackend, boolean>>;

/** Who may evaluate alerts over records that somebody else keeps. */
export const ALERTS_BACKENDS = ["grafana"] as const;

/** Every place to which rules are delivered. */
export type Backend = MetricsBackend | (typeof ALERTS_BACKENDS)[number];

/**
 * What a stack says of a service: its records are with the Prometheus of the stack unless `metrics` names another, and
 * whoever keeps them evaluates its alerts unless `alerts` does.
 */
export interface BackendChoice {
  readonly metrics?: MetricsBackend;
  readonly alerts?: (typeof ALERTS_BACKENDS)[number];
}

/** Who evaluates which rules of a service: each rule has one place, so that no alert is sent twice. */
export interface Binding {
  readonly metrics: MetricsBackend;
  readonly alerts: Backend;
}

/** All with a Prometheus that the stack runs. */
export const OWN_PROMETHEUS: Binding = { metrics: "kubernetes", alerts: "kubernetes" };

/** The binding that a choice means. */
export function bindingOf(choice: BackendChoice | undefined, home: Home): Binding {
  const metrics = choice?.metrics ?? home;
  return { metrics, alerts: choice?.alerts ?? metrics };
}

/** The same services, all of them with the Prometheus of the stack: what the lab plays and rule tests load. */
export function onOwnPrometheus<T extends { readonly backend: Binding }>(
  services: readonly T[],
): readonly T[] {
  return services.map((service) => ({ ...service, backend: OWN_PROMETHEUS }));
}
