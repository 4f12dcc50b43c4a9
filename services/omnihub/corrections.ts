import type { Correction } from "../../slo/correction";

/** The errors of the OmniHub SRE package, and what is built in their place. */
export const omnihubCorrections: readonly Correction[] = [
  {
    id: "OMNIHUB-ERR-1",
    area: "Burn rates and budgets",
    says: "At 14.4, 6 and 3 times the sustainable rate the budget lasts 2, 5 and 10 hours.",
    built:
      "Over 28 days these rates last 46.7 h, 112 h and 224 h; the rates that the rules use last 50 h, 120 h and 240 h. [Pages](services/omnihub/slos.md#burn-rates) compute them.",
    why: "The time is the window divided by the rate. The numbers 2, 5 and 10 are about right in days; the unit slipped.",
  },
  {
    id: "OMNIHUB-ERR-2",
    area: "Burn rates and budgets",
    says: "Burn rate = (error rate / error budget) * 28 days.",
    built: "Burn rate = share of bad events / (1 - objective).",
    why: "The factor does not belong there: the document's own example, 1.44 % errors at 99.9 %, gives 14.4 without it and 403.2 with it.",
  },
  {
    id: "OMNIHUB-ERR-3",
    area: "Burn rates and budgets",
    says: "Rates of 14.4, 6, 3 and 1 with a window of 28 days.",
    built:
      '13.44, 5.6, 2.8 and 0.9333, which mean 2 % of the budget in 1 h, 5 % in 6 h, 10 % in 1 d and 10 % in 3 d. The last writes a ticket, where the document says "no action".',
    why: "The rates are those of a window of 30 days. Kept over 28 days, the page would come at 2.14 % of the budget. And 10 % in 3 days is gone before a month is over.",
  },
  {
    id: "OMNIHUB-ERR-4",
    area: "Burn rates and budgets",
    says: '99.9 % allow "40 minutes a month", 99.95 % "20 minutes a month".',
    built: "40.32 min per 28 days, computed from objective and window. For 99.95 % it is 20.16 min.",
    why: "The window is 28 days, not a month. In 30 days it would be 43.2 and 21.6 min, in an average month 43.83.",
  },
  {
    id: "OMNIHUB-ERR-5",
    area: "Burn rates and budgets",
    says: "150 failed workflows and 300 failed executions a month.",
    built:
      "The rates (1,000 a day each) are declared, and budgets in events are computed: 140 of 28,000 workflows and 280 of 28,000 executions per 28 days, on the [page of objectives](services/omnihub/slos.md).",
    why: "150 and 300 belong to 30,000 in 30 days, another window than that of the objective.",
  },
  {
    id: "OMNIHUB-ERR-6",
    area: "Burn rates and budgets",
    says: "Workflow success is 95 % as indicator, on the dashboard and in the summary, and 99.5 % as objective.",
    built:
      "99.5 % is the objective, and its budget is what burns. 95 % is the floor: below it WorkflowSuccessBelowFloor pages, if at least 5 workflows failed within the hour.",
    why: "One budget is ten times the other, so both cannot be the promise. The stricter one stands in the table of objectives.",
  },
  {
    id: "OMNIHUB-ERR-23",
    area: "Burn rates and budgets",
    says: "The burn rules are the same at any traffic.",
    built:
      "Every page needs more errors than chance makes of a service at its objective (a significance guard); tickets need a least number of errors.",
    why: "1,000 workflows a day are 42 an hour. The hourly budget at 99.5 % is 0.21 failures, and three failures in an hour would page.",
  },
  {
    id: "OMNIHUB-ERR-7",
    area: "Alerts",
    says: 'Good is "2xx/3xx (not 5xx)".',
    built:
      "Bad is 5xx. 4xx count as good, 429 and 499 as well; the dashboard shows each class and status by name.",
    why: "The definition leaves 4xx out. They are the caller's mistakes, mostly, and must not eat the service's budget; a rise still shows.",
  },
  {
    id: "OMNIHUB-ERR-8",
    area: "Alerts",
    says: 'The burn is measured over one hour only; the text says "> 1 %", the rule 1.44 %.',
    built:
      "Two windows at once: 1 h and 5 min, or 6 h and 30 min. It lets go about 5, at most about 15 minutes after recovery. Texts take their numbers from the rule.",
    why: "With one window the alert stays red for 51 to 59 minutes after the end (measured).",
  },
  {
    id: "OMNIHUB-ERR-9",
    area: "Alerts",
    says: 'ServiceDown means "availability below 90 %", its rule says that one instance is down.',
    built:
      "ServiceDown pages when no target is up or known, or when fewer than 90 % of requests succeed. TargetsDown warns when fewer than 90 % of the targets are up.",
    why: "With three replicas one restart is 67 % and must not wake anybody. A target that vanished is not 0 but absent, which the rule did not see.",
  },
  {
    id: "OMNIHUB-ERR-10",
    area: "Alerts",
    says: "DatabaseDown, KillSwitchEnabled, ApprovalQueueBacklog, HighDatabaseConnections and LowErrorBudget have no metric.",
    built:
      "DatabaseDown reads `pg_up` (0 or absent), HighDatabaseConnections `pg_stat_database_numbackends` against `pg_settings_max_connections`, KillSwitchEnabled `omnihub_emergency_control`, ApprovalQueueBacklog `omnihub_approval_queue_depth`. The contract marks these names as assumed. LowErrorBudget reads the recorded budget.",
    why: "A rule cannot read a metric that nobody named. The owner confirms an assumed name or gives another.",
  },
  {
    id: "OMNIHUB-ERR-11",
    area: "Alerts",
    says: "`rabbitmq_queue_messages{queue=...}`; fewer than 10 messages are the target, more than 100 the alert.",
    built:
      "The contract scrapes `/metrics/per-object`. DLQDepthHigh warns above 10 for 30 min, DLQBacklog pages above 100 for 10 min.",
    why: "The aggregated metrics have no label `queue`, so the rule would never fire. And between 10 and 100 the target is missed in silence.",
  },
  {
    id: "OMNIHUB-ERR-12",
    area: "Alerts",
    says: "P95 below 500 ms is the objective, 1000 ms the alert. P50, P99, executors, orchestrator and database have objectives without alerts.",
    built:
      "Every objective brings its own alerts: page or warning, ticket, low budget, missing data. So 500 ms is alerted as a burn, and HighLatency at 1 s stays as the coarser sign. LatencyP50High and LatencyP99High warn at the targets of P50 and P99; they count requests above 200 ms and 1 s and estimate nothing.",
    why: "An objective or a target that nobody hears of is a wish. P50 and P99 only warn: the page belongs to the objective.",
  },
  {
    id: "OMNIHUB-ERR-13",
    area: "Alerts",
    says: 'KillSwitchEnabled has the duration "Immediate".',
    built: "`for: 0s`, and the route of the alert waits 0 s for company.",
    why: '"Immediate" is no duration, and without the second part the page would wait 10 s for others to join it.',
  },
  {
    id: "OMNIHUB-ERR-24",
    area: "Alerts",
    says: "An annotation prints `{{ $value }}s`.",
    built: "Values in texts are formatted (`humanizePercentage`), and summaries hold no value.",
    why: "The bare value prints up to 17 digits, and a summary heads a group of alerts of which each has its own value.",
  },
  {
    id: "OMNIHUB-ERR-14",
    area: "People",
    says: "Respond within 5 minutes, acknowledge within 10.",
    built: "Acknowledge within 5 minutes, be at work on it within 10. Validation refuses another order.",
    why: "Acknowledging comes first, and the document's own timeline has it at 5 minutes.",
  },
  {
    id: "OMNIHUB-ERR-15",
    area: "People",
    says: "The runbook calls an incident commander after 30 to 60 minutes, the table of severities within 15.",
    built:
      "15 minutes for SEV-1, in the [severities](services/omnihub/incidents.md#severities), in the timeline and in the runbooks.",
    why: "Two times for one call. In a total outage the earlier one is meant.",
  },
  {
    id: "OMNIHUB-ERR-20",
    area: "People",
    says: '"Below 30 % toil (Google SRE standard)".',
    built: "30 % as the team's own goal, 50 % as the cap, each under its name.",
    why: "Google's cap is 50 %. A stricter goal is fine, but it is not the standard.",
  },
  {
    id: "OMNIHUB-ERR-16",
    area: "Runbooks and drills",
    says: "`gcloud sql backups restore` with `--backup-instance` twice.",
    built:
      "The runbook of the [restore](../runbooks/omnihub/dr-drill-database-restore.md) names the target by `--restore-instance` and the source by `--backup-instance`.",
    why: "The command names the source twice and no target.",
  },
  {
    id: "OMNIHUB-ERR-17",
    area: "Runbooks and drills",
    says: "The drill deletes the pod `postgres-0` and restores Cloud SQL or RDS.",
    built:
      "One database from the loss to the check: the loss is declared at a moment, nothing is deleted, and the [copy](../runbooks/omnihub/dr-drill-database-restore.md) restored from the backup is what is measured.",
    why: "These are two databases. The pod comes back by itself, so the clock would measure nothing.",
  },
  {
    id: "OMNIHUB-ERR-18",
    area: "Runbooks and drills",
    says: "Scale up with `kubectl scale --replicas=10`.",
    built: "Runbooks raise `minReplicas` of the autoscaler, and say how to take it back.",
    why: "The autoscaler sets the number of replicas back within seconds.",
  },
  {
    id: "OMNIHUB-ERR-19",
    area: "Runbooks and drills",
    says: "`UPDATE emergency_controls SET ...` without WHERE; `watch curl` with an unencoded query of single series.",
    built: "Each UPDATE names its row and its answer. Queries go through `--data-urlencode` and are summed.",
    why: "Without WHERE every control is set at once. curl takes the braces for itself, and raw counters of single series show no rate of errors.",
  },
  {
    id: "OMNIHUB-ERR-21",
    area: "Runbooks and drills",
    says: "Emoji and boxes that were damaged in transit.",
    built: "Pages and alerts use plain words: critical, warning, info.",
    why: "The text was read in the wrong encoding on the way, and nothing may depend on such characters.",
  },
  {
    id: "OMNIHUB-ERR-22",
    area: "Runbooks and drills",
    says: "An autoscaler on CPU and on memory.",
    built:
      "Both, as asked. Scaling down is slow and in steps; the Deployment must set requests and leave `replicas` out.",
    why: "Memory that a peak filled is given back late, so it can hold the number of pods up for long. Utilisation means a share of the requests.",
  },
];

/** What the package leaves open, and how it was read. */
export const omnihubLeftOpen: readonly string[] = [
  'At exactly 50 % of the budget the table says "caution" (normal is "> 50 %"), the checklist asks only below 50 %. Built: a bound belongs to the better state, which also fits "below 25 %" of LowErrorBudget and "< 10 %".',
  '"Daily" toil: 5 or 7 days a week. The [page](services/omnihub/toil.md) gives both sums.',
  "The rotation of the manager on-call has no length.",
];
