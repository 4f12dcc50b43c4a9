import type { Alert } from "../slo/alert";
import type { Duration } from "../slo/duration";
import type { Increase } from "../slo/measure";
import { where } from "../slo/telemetry";
import type { SelfTelemetry } from "./self-telemetry";

const meta = { category: "meta" } as const;

/** What can be wrong with Alertmanager; a single one has no peers to disagree with. */
export function alertmanagerAlerts(telemetry: SelfTelemetry): readonly Alert[] {
  const cluster = [alertmanagerMembersInconsistent(telemetry), alertmanagerConfigInconsistent(telemetry)];
  return [
    alertmanagerDown(telemetry),
    alertmanagerConfigReloadFailed(telemetry),
    alertmanagerNotificationsFailing(telemetry),
    alertmanagerNotificationsGivenUp(telemetry),
    ...(telemetry.jobs.alertmanager.instances === 1 ? [] : cluster),
  ];
}

function alertmanagerDown(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "AlertmanagerDown",
    severity: "critical",
    outageOf: telemetry.jobs.alertmanager,
    for: "5m",
    summary: "No Alertmanager is up",
    description: "No Alertmanager answers: nobody is told of anything, and the heartbeat stops.",
    runbook: "prometheus-target-missing",
  };
}

function alertmanagerConfigReloadFailed(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "AlertmanagerConfigReloadFailed",
    severity: "warning",
    measure: { kind: "level", gauge: telemetry.alertmanagerReloaded, of: "min" },
    when: { below: "1" },
    for: "10m",
    summary: "Alertmanager runs an old configuration",
    description:
      "An Alertmanager refused its last configuration, so new routes and receivers are not in force.",
    runbook: "configuration-reload-failed",
  };
}

/** What no Alertmanager delivered, by receiver. One that ends or reloads leaves its notifications to the next. */
function givenUp({ failed }: SelfTelemetry, window: Duration): Increase {
  return {
    kind: "increase",
    counter: failed,
    where: where(failed, { reason: ["!=", "contextCanceled"] }),
    window,
    by: ["receiver_name", "integration"],
    least: ["instance"],
  };
}

/** Pages and chat, so that it arrives by the one of them that works. */
function alertmanagerNotificationsFailing(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "AlertmanagerNotificationsFailing",
    severity: "critical",
    measure: givenUp(telemetry, "15m"),
    when: { above: "2" }, // fewer may be one incident that is tried again and arrives
    for: "5m",
    summary: "Notifications do not arrive",
    description:
      "{{ $value | humanize }} notifications of {{ $labels.receiver_name }} by {{ $labels.integration }} were given up within 15 minutes; pages or messages may be missing.",
    runbook: "notifications-failing",
  };
}

/** Alertmanager keeps nothing of an incident that began and ended while its receiver was down. */
function alertmanagerNotificationsGivenUp(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "AlertmanagerNotificationsGivenUp",
    severity: "warning",
    measure: givenUp(telemetry, "1h"),
    when: { above: "0" },
    for: "1m",
    summary: "Notifications were given up",
    description:
      "{{ $value | humanize }} notifications of {{ $labels.receiver_name }} by {{ $labels.integration }} were given up within an hour. What still fires is tried again; what has ended meanwhile never arrives.",
    runbook: "notifications-failing",
  };
}

function alertmanagerMembersInconsistent(telemetry: SelfTelemetry): Alert {
  return {
    ...meta,
    name: "AlertmanagerMembersInconsistent",
    severity: "warning",
    measure: { kind: "gauge-per-target", gauge: telemetry.members },
    when: { below: "99%" },
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
    name: "AlertmanagerConfigInconsistent",
    severity: "warning",
    measure: { kind: "spread", gauge: telemetry.configHash },
    when: { above: "0" },
    for: "20m",
    summary: "Alertmanagers run different configurations",
    description: "The hashes of the configurations differ, so routes depend on who answers.",
    runbook: "alertmanager-cluster",
  };
}
