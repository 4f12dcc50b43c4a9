import { z } from "zod";
import { defineIntegration } from "./integration";
import { ALERT, call, COURSE, cut, define, LONGEST, names } from "./template";

/** Of all alerts of a page together: 6 bytes each at worst, of the 512 kB that PagerDuty takes. */
const LONGEST_DETAILS = 70_000;

/** Of what is said of all that are over. */
const LONGEST_ENDS = 2_000;

/**
 * A detail of a page as it is. Alertmanager reads what a template made of a detail as YAML, and runs whatever it finds
 * in there as a template again, which loses a page whose texts have braces. No YAML begins with a tab.
 */
function detail(text: string, length: number): string {
  return `{{ with ${text} }}{{ if or (not (match "^[A-Za-z][A-Za-z0-9 _,./-]*$" .)) (match "^(?i:y|n|yes|no|on|off|true|false|null)$" .) }}{{ "\\t" }}{{ end }}${cut(".", length)}{{ end }}`;
}

/** Values of labels are those that all alerts of a group share. */
const PAGE = {
  summary: call("title"),
  /** PagerDuty's default is `error`, so it is always set. */
  severity: call("pagerduty.severity"),
  component: call("pagerduty.component"),
  group: call("pagerduty.group"),
  class: call("pagerduty.class"),
  client: "Tocsin",
} as const;

/** `firing` and `resolved` take the place of defaults that are templates of JSON, which braces in it break. */
const DETAILS = {
  alerts: call("pagerduty.alerts"),
  cluster: call("pagerduty.cluster"),
  environment: call("pagerduty.environment"),
  firing: call("pagerduty.firing"),
  resolved: call("pagerduty.resolved"),
  team: call("pagerduty.team"),
} as const;

/** A text, or nothing; a tab before it is Alertmanager's only way to leave a text alone. */
const receivedDetail = z
  .string()
  .nullish()
  .transform((text) => text?.trim() ?? "");

const NO_DETAILS = { alerts: "", firing: "", resolved: "" } as const;

/** The parts that Alertmanager sends. Source: PagerDuty docs, "Send an Alert Event". */
const event = z.object({
  routing_key: z.string().min(1),
  event_action: z.enum(["trigger", "resolve", "acknowledge"]),
  dedup_key: z.string().min(1),
  payload: z
    .object({
      summary: z.string(),
      severity: z.enum(["critical", "error", "warning", "info"]),
      source: z.string(),
      custom_details: z
        .object({ alerts: receivedDetail, firing: receivedDetail, resolved: receivedDetail })
        .default(NO_DETAILS),
    })
    .optional(),
  links: z.array(z.object({ href: z.string(), text: z.string().optional() })).default([]),
});

/** PagerDuty, by its Events API v2. One dedup key per group comes from Alertmanager. */
export const pagerduty = defineIntegration({
  kind: "pagerduty",
  title: "PagerDuty",
  wakes: true,
  fields: {
    address: {
      form: "secureAddress",
      means: "Events v2 endpoint",
      fallback: "https://events.pagerduty.com/v2/enqueue",
    },
    routingKeySecret: {
      form: "secretKey",
      means: "key of the secret that holds the routing key",
      holds: { what: "a routing key of PagerDuty", is: "word" },
    },
  },
  templates: [
    define(
      "pagerduty.severity",
      `{{ if eq .CommonLabels.severity "critical" "warning" "info" }}{{ .CommonLabels.severity }}{{ else }}critical{{ end }}`,
    ),
    define(
      "pagerduty.component",
      cut("or .CommonLabels.service .CommonLabels.namespace .CommonLabels.job", LONGEST.field),
    ),
    define("pagerduty.group", cut("or .CommonLabels.slo .CommonLabels.alertname", LONGEST.field)),
    define("pagerduty.class", cut("print .CommonLabels.category", LONGEST.field)),
    define("pagerduty.alerts", `${names(".Alerts")}${detail("$names", LONGEST.field)}`),
    ...["cluster", "environment", "team"].map((label) =>
      define(`pagerduty.${label}`, detail(`print .CommonLabels.${label}`, LONGEST.field)),
    ),
    define(
      "pagerduty.firing",
      `{{ $text := "" }}{{ range .Alerts.Firing }}${ALERT}{{ end }}${detail("$text", LONGEST_DETAILS)}`,
    ),
    define(
      "pagerduty.resolved",
      `{{ $text := "" }}{{ range .Alerts.Resolved }}{{ $text = print $text .Labels.alertname " (resolved). " }}${COURSE}{{ $text = print $text $course "\\n" }}{{ end }}${detail("$text", LONGEST_ENDS)}`,
    ),
  ],
  alertmanager: {
    list: "pagerduty_configs",
    write: ({ address, routingKeySecret }) => ({
      fields: {
        url: address,
        description: PAGE.summary,
        severity: PAGE.severity,
        component: PAGE.component,
        group: PAGE.group,
        class: PAGE.class,
        client: PAGE.client,
        client_url: call("dashboard"),
        links: [
          { href: call("runbook"), text: "Runbook" },
          { href: call("dashboard"), text: "Dashboard" },
          { href: call("silence"), text: "Silence" },
        ],
        details: DETAILS,
      },
      secrets: { routing_key: routingKeySecret },
    }),
  },
  grafana: {
    list: "pagerduties",
    // Grafana sends PagerDuty no list of links, so the runbook is one of the details.
    write: ({ address, routingKeySecret }) => ({
      fields: {
        url: address,
        ...PAGE,
        clientUrl: call("dashboard"),
        details: { ...DETAILS, runbook: call("runbook") },
      },
      secrets: { integrationKey: routingKeySecret },
    }),
  },
  inLab: ({ post }) => ({ address: post }),
  received: (body, receiver) => {
    const { data } = event.safeParse(body);
    if (data === undefined || data.routing_key !== receiver) {
      return undefined;
    }
    const { alerts, firing, resolved } = data.payload?.custom_details ?? NO_DETAILS;
    return [
      {
        status: data.event_action === "resolve" ? "resolved" : "firing",
        alerts,
        title: data.payload?.summary ?? "",
        text: firing === "" ? resolved : firing,
        links: data.links.map(({ href }) => href),
        dedupKey: data.dedup_key,
      },
    ];
  },
});
