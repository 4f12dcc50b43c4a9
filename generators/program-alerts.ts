import type { Alert } from "../slo/alert";
import type { Job } from "../slo/telemetry";
import type { SelfJobs } from "./self-telemetry";

/** What the alerts of missing pods differ in. */
type Missing = Pick<Alert, "description" | "name" | "runbook" | "summary">;

/** Pods of the monitoring that are planned and not there; a single Alertmanager is missed by AlertmanagerDown. */
export function programAlerts({
  prometheus,
  alertmanager,
  blackbox,
  runbooks,
  digest,
}: SelfJobs): readonly Alert[] {
  return [
    missing(prometheus, {
      name: "PrometheusTargetMissing",
      summary: "A Prometheus server is down",
      description:
        "Only {{ $value | humanizePercentage }} of the Prometheus servers that are planned answer.",
      runbook: "prometheus-target-missing",
    }),
    ...(alertmanager.instances === 1
      ? []
      : [
          missing(alertmanager, {
            name: "AlertmanagerTargetMissing",
            summary: "An Alertmanager is down",
            description:
              "Only {{ $value | humanizePercentage }} of the Alertmanagers that are planned answer.",
            runbook: "alertmanager-cluster",
          }),
        ]),
    ...(blackbox === undefined ? [] : [missing(blackbox, BLACKBOX_MISSING)]),
    ...(digest === undefined ? [] : [missing(digest, REPORTER_MISSING)]),
    missing(runbooks, {
      name: "RunbookSiteMissing",
      summary: "The runbook site is down in part or whole",
      description:
        "Only {{ $value | humanizePercentage }} of its pods answer: links to runbooks may lead nowhere.",
      runbook: "helper-missing",
    }),
  ];
}

/** Fewer pods answer than are planned. */
const BLACKBOX_MISSING: Missing = {
  name: "BlackboxExporterMissing",
  summary: "The blackbox exporter is down",
  description: "Only {{ $value | humanizePercentage }} of it answers: services are not asked from outside.",
  runbook: "helper-missing",
};

const REPORTER_MISSING: Missing = {
  name: "DigestReporterMissing",
  summary: "Nobody says whether reports are sent",
  description:
    "Only {{ $value | humanizePercentage }} of the program answers that tells Prometheus when reports were last sent.",
  runbook: "digest-missing",
};

export function missing(job: Job, texts: Missing): Alert {
  return {
    ...texts,
    category: "meta",
    severity: "warning",
    measure: { kind: "targets-up", job, planned: job.instances },
    when: { below: "99%" },
    for: "10m",
  };
}
