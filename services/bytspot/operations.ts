import type { Operations, ProcessSection } from "../../slo/operations";

/** A link from the page of the service to one of its runbooks. */
const runbook = (title: string, slug: string): string => `[${title}](../../../runbooks/bytspot/${slug}.md)`;

const environments: ProcessSection = {
  kind: "table",
  title: "Environments",
  intro:
    "99.9 % is promised in the contract. It is the objective of neither, but holds in any other environment.",
  columns: ["what", "beta", "prod"],
  rows: [
    ["Availability over 28 days", "99.5 %", "99.95 %"],
    ["That is an outage of", "201.6 min", "20.16 min"],
    ["Latency and WebSocket", "as in prod", "see [objectives](slos.md)"],
    ["Pages a person", "never", "yes"],
  ],
  source: "BYTSPOT-SLO-1, BYTSPOT-ERR-1",
};

const betaStack: ProcessSection = {
  kind: "steps",
  title: "A stack for beta",
  intro: "The environment is a key of the stack, not its name, so the stack may be called as you like.",
  items: [
    "Copy `Pulumi.staging.yaml` to `Pulumi.beta.yaml`.",
    "Set `tocsin:environment: beta`, and cluster and addresses to those of beta. `tocsin:paging` stays false: true is refused.",
    "`npx tocsin check beta` lists Bytspot alone, with the objectives of beta.",
    "`pulumi up --stack beta`.",
  ],
  source: "BYTSPOT-SLO-1",
};

const signals: ProcessSection = {
  kind: "table",
  title: "Where to look",
  columns: ["signal", "where"],
  rows: [
    ["Metrics of the API", "job `bytspot-api`, scraped at every instance or sent through OpenTelemetry"],
    ["Metrics of Cloud Run and Cloud SQL", "job `bytspot-cloud-exporter`, read from Cloud Monitoring"],
    ["Logs", "Cloud Logging; grouped errors in Error Reporting"],
    ["Traces", "OpenTelemetry SDK to Cloud Trace"],
    ["Dashboards", "Grafana `bytspot-slo` and `bytspot-platform`; Google's own in Cloud Monitoring"],
  ],
  source: "BYTSPOT-STACK-1",
};

const view: ProcessSection = {
  kind: "steps",
  title: "What the SDK must be told of the histogram",
  intro: "The API exposes the document's name and bounds only if a view of OpenTelemetry says so.",
  items: [
    "Select the instrument `http.server.request.duration`, in seconds.",
    "Name it `http.server.duration`, which Prometheus reads as `http_server_duration_seconds`.",
    "Keep the attributes route and method, under the names `route` and `method`, and drop the rest.",
    "Set explicit bucket boundaries 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 2.5 and 5.",
    "Set those of `ws.message.duration` to 0.01, 0.05, 0.1, 0.2, 0.5, 1 and 2.5.",
  ],
  source: "BYTSPOT-TEL-1, BYTSPOT-ERR-4",
};

const response: ProcessSection = {
  kind: "steps",
  title: "Response to an incident",
  items: [
    "Detect: every [alert](slos.md) has its own page.",
    `${runbook("Triage", "triage")}: latest release, error logs, configuration and secrets, database, quota.`,
    `Mitigate: ${runbook("roll back", "roll-back")}, ${runbook("scale out", "scale-out")}, or ${runbook("measures for the database", "database-measures")}.`,
    `${runbook("Tell users and stakeholders", "communication")}, if the impact lasts.`,
    `${runbook("Postmortem", "postmortem")} without blame; actions have owners and dates.`,
  ],
  source: "BYTSPOT-RUN-1, BYTSPOT-RUN-2, BYTSPOT-RUN-3, BYTSPOT-RUN-4, BYTSPOT-RUN-5, BYTSPOT-RUN-6",
};

/** What Bytspot's document asks of people; it has no rotation, no severities and no error budget policy. */
export const bytspotOperations: Operations = {
  processes: [environments, betaStack, response, signals, view],
};
