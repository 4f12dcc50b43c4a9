import type { Operations } from "../../slo/operations";

/** How people run EnvSync Cloud, from "EnvSync Cloud Operations"; ids cite its lines. */
export const envsyncOperations = {
  processes: [
    {
      kind: "steps",
      title: "Quick actions in an incident",
      intro:
        "The commands of each are in [Quick actions](../../../runbooks/envsync/incident-quick-actions.md) and in the runbook of each alert.",
      items: [
        "Confirm the blast radius by route and status (ENVSYNC-RUN-1).",
        "Correlate with deployments and with the metrics of the database (ENVSYNC-RUN-2).",
        "Auth failures: look at revocation and expiry of tokens, and for a change of `ENVSYNC_CLOUD_PAT_PEPPER` (ENVSYNC-RUN-3).",
        "Latency or errors: look at the connections of the database and at its log of slow queries (ENVSYNC-RUN-4).",
        "Abuse: tune `ENVSYNC_CLOUD_RATE_LIMIT_RPM` and `ENVSYNC_CLOUD_RATE_LIMIT_BURST`, and look at the sources (ENVSYNC-RUN-5).",
      ],
      source: "ENVSYNC-RUN-1, ENVSYNC-RUN-2, ENVSYNC-RUN-3, ENVSYNC-RUN-4, ENVSYNC-RUN-5",
    },
    {
      kind: "steps",
      title: "After an incident",
      items: [
        "File the timeline in `docs/incidents/`: first detection, each mitigation, time of recovery (ENVSYNC-POST-1).",
        "Add an alert, or tune a threshold, so that the next one is found and ended sooner (ENVSYNC-POST-2).",
        "Add a regression test, where the fault can be reproduced (ENVSYNC-POST-3).",
      ],
      source: "ENVSYNC-POST-1, ENVSYNC-POST-2, ENVSYNC-POST-3",
    },
    {
      kind: "table",
      title: "What a calendar month allows",
      intro:
        'The document promises 99.9 % "monthly". Alerts use 28 days that roll; a month is reported by [its procedure](../../../runbooks/envsync/calendar-month-report.md).',
      columns: ["month", "minutes of total outage at 99.9 %"],
      rows: [
        ["28 days", "40.32"],
        ["29 days", "41.76"],
        ["30 days", "43.2"],
        ["31 days", "44.64"],
        ["mean of 30.44 days", "43.83"],
      ],
      source: "ENVSYNC-SLO-1, ENVSYNC-ERR-7",
    },
  ],
} satisfies Operations;
