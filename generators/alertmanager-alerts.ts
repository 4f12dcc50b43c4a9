import type { Alert } from "../slo/alert";
import type { SelfTelemetry } from "./self-telemetry";

const meta = { category: "meta", source: "X-5" } as const;

/** What can be wrong with Alertmanager; a single one has no peers to disagree with. */
export function alertmanagerAlerts(telemetry: SelfTelemetry, replicas: number): readonly Alert[] {
  const cluster = [
    alertmanagerTargetMissing(telemetry),
    alertmanagerMembersInconsistent(telemetry),
    alertmanagerConfigInconsistent(telemetry),
  ];
  return [
    alertmanagerDown(telemetry),
    alertmanagerConfigReloadFailed(telemetry),
    alertmanagerNotificationsFailing(telemetry),
    ...(replicas === 1 ? [] : cluster),
  ];
}

function alertmanagerDown(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "absence",
    name: "AlertmanagerDown",
    severity: "critical",
    job: telemetry.jobs.alertmanager,
    for: "5m",
    summary: "No Alertmanager is up",
    description: "No Alertmanager answers: nobody is told of anything, and the heartbeat stops.",
    runbook: "prometheus-target-missing",
  };
}

function alertmanagerConfigReloadFailed(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "gauge",
    name: "AlertmanagerConfigReloadFailed",
    severity: "warning",
    gauge: telemetry.alertmanagerReloaded,
    where: [],
    of: "min",
    comparison: "below",
    limit: "1",
    for: "10m",
    summary: "Alertmanager runs an old configuration",
    description:
      "An Alertmanager refused its last configuration, so new routes and receivers are not in force.",
    runbook: "configuration-reload-failed",
  };
}

function alertmanagerNotificationsFailing(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "increase",
    name: "AlertmanagerNotificationsFailing",
    severity: "critical",
    counter: telemetry.failed,
    where: [],
    window: "15m",
    moreThan: 2, // a single one is tried again and usually arrives
    for: "5m",
    summary: "Notifications do not arrive",
    description:
      "{{ $value | humanize }} notifications failed within 15 minutes; pages or messages may be missing.",
    runbook: "notifications-failing",
  };
}

function alertmanagerTargetMissing(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "threshold",
    name: "AlertmanagerTargetMissing",
    severity: "warning",
    measure: { kind: "targets-up", job: telemetry.jobs.alertmanager },
    comparison: "below",
    threshold: "99%",
    for: "10m",
    summary: "An Alertmanager is down",
    description: "Only {{ $value | humanizePercentage }} of the Alertmanagers answer.",
    runbook: "alertmanager-cluster",
  };
}

function alertmanagerMembersInconsistent(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "threshold",
    name: "AlertmanagerMembersInconsistent",
    severity: "warning",
    measure: { kind: "gauge-per-target", gauge: telemetry.members },
    comparison: "below",
    threshold: "99%",
    for: "15m",
    summary: "Alertmanagers do not see each other",
    description:
      "An Alertmanager sees only {{ $value | humanizePercentage }} of the cluster: pages may come twice.",
    runbook: "alertmanager-cluster",
  };
}

function alertmanagerConfigInconsistent(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    kind: "disagreement",
    name: "AlertmanagerConfigInconsistent",
    severity: "warning",
    gauge: telemetry.configHash,
    for: "20m",
    summary: "Alertmanagers run different configurations",
    description: "The hashes of the configurations differ, so routes depend on who answers.",
    runbook: "alertmanager-cluster",
  };
}
