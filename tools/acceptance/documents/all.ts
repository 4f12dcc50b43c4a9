import { requirements, type SeedDocument } from "../document";

/** What every service needs. */
export const allDocument: SeedDocument = {
  prefix: "X",
  title: "For all services",
  requirements: requirements({
    "X-1":
      "Every alert has name, severity, team, service, environment, category, runbook, dashboard and a test",
    "X-2": "Every critical alert has a runbook in the form of the template",
    "X-3": "dev pages nobody",
    "X-4": "A heartbeat that always fires",
    "X-5": "Prometheus and Alertmanager are watched",
    "X-6": "Every SLO has page, ticket, budget and missing-data rules, and a row on a dashboard",
  }),
  reasons: {},
};
