/** What an incident does to the systems that the lab plays. */
export interface Fault {
  /** Share of requests of a job that fail with a 5xx. */
  readonly errors?: { readonly job: string; readonly share: number };
  /** Share of requests of a job that take about 1.6 s. */
  readonly slow?: { readonly job: string; readonly share: number };
  /** Targets of a job that still answer; `vanished` takes them out of discovery too. */
  readonly targets?: { readonly job: string; readonly up: number | "vanished" };
  /** A gauge with another value, on the series that has these labels. */
  readonly gauge?: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  };
}

/** An incident that the lab can play, and what should come of it. */
export interface Incident {
  readonly id: string;
  readonly service: string;
  readonly says: string;
  /** Alerts that it should raise. */
  readonly alerts: readonly string[];
  readonly fault: Fault;
}

/** The incidents by name; `tocsin break --list` prints them. */
export const INCIDENTS: readonly Incident[] = [
  {
    id: "api-errors",
    service: "omnihub",
    says: "every request of the API Gateway fails with a 5xx, targets up",
    alerts: ["HighErrorBudgetBurnRate", "ServiceDown"],
    fault: { errors: { job: "api-gateway", share: 1 } },
  },
  {
    id: "api-flaky",
    service: "omnihub",
    says: "one request in twenty of the API Gateway fails",
    alerts: ["HighErrorBudgetBurnRate"],
    fault: { errors: { job: "api-gateway", share: 0.05 } },
  },
  {
    id: "api-gone",
    service: "omnihub",
    says: "no target of the API Gateway answers",
    alerts: ["ServiceDown"],
    fault: { targets: { job: "api-gateway", up: 0 } },
  },
  {
    id: "api-one-down",
    service: "omnihub",
    says: "one target of the API Gateway is down",
    alerts: ["TargetsDown"],
    fault: { targets: { job: "api-gateway", up: 2 } },
  },
  {
    id: "api-slow",
    service: "omnihub",
    says: "a fifth of the API Gateway's requests takes more than a second",
    alerts: ["HighLatency"],
    fault: { slow: { job: "api-gateway", share: 0.2 } },
  },
  {
    id: "api-vanished",
    service: "omnihub",
    says: "discovery no longer knows a target of the API Gateway",
    alerts: ["ServiceDown"],
    fault: { targets: { job: "api-gateway", up: "vanished" } },
  },
  {
    id: "kill-switch",
    service: "omnihub",
    says: "somebody turned OMNIHUB_KILL_SWITCH on",
    alerts: ["KillSwitchEnabled"],
    fault: { gauge: { name: "omnihub_emergency_control", labels: { control: "kill_switch" }, value: 1 } },
  },
];
