/** File name of the notification templates. */
export const TEMPLATE_FILE = "tocsin.tmpl";

/** What receivers take at most, in characters, with room for what JSON and Slack make of each of them. */
const LONGEST = {
  /** Of all alerts of a page together: 6 bytes each at worst, of the 512 kB that PagerDuty takes. */
  details: 70_000,
  field: 255,
  /** Slack and PagerDuty cut at 1024, and Slack counts `&amp;` as five. */
  title: 200,
  /** Of each of the first alerts of a message; Slack cuts at 40,000 as escaped. */
  chat: 1_200,
  chatAlerts: 5,
  names: 200,
} as const;

/** What PagerDuty and Slack take as an address: nothing that runs, and nothing that ends a link of Slack's early. */
const WEB_ADDRESS = String.raw`"^https?://[^\\s<>|\"]+$"`;

const ESCAPED = `reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"`;

/** A text, cut where it is too long, and then it says so. */
function cut(text: string, length: number, filter = ""): string {
  const shown = `printf "%.${length}s" (${text})`;
  return `{{ ${shown}${filter} }}{{ if ne (${shown}) (${text}) }}… (cut at ${length} characters){{ end }}`;
}

/** As Slack wants text: without the three characters that make links and pings. */
function escaped(text: string, length: number): string {
  return cut(text, length, ` | ${ESCAPED}`);
}

/** An address, or nothing where a browser should not follow it. */
function address(annotation: string): string {
  return `{{ with .Annotations.${annotation} }}{{ if and (lt (len .) 2000) (match ${WEB_ADDRESS} .) }}{{ . }}{{ end }}{{ end }}`;
}

function slackLink(annotation: string, title: string): string {
  return `{{ with .Annotations.${annotation} }}{{ if match ${WEB_ADDRESS} . }}<{{ . | ${ESCAPED} }}|${title}> {{ end }}{{ end }}`;
}

/** Something of the first alert that fires, or of the first one where all is over. */
function first(text: string): string {
  return `{{ if .Alerts.Firing }}{{ with index .Alerts.Firing 0 }}${text}{{ end }}{{ else }}{{ with index .Alerts 0 }}${text}{{ end }}{{ end }}`;
}

/**
 * A detail of a page as it is. Alertmanager reads what a template made of a detail as YAML, and runs whatever it finds
 * in there as a template again, which loses a page whose texts have braces. No YAML begins with a tab.
 */
function detail(text: string, length: number): string {
  return `{{ with ${text} }}{{ if or (not (match "^[A-Za-z][A-Za-z0-9 _,./-]*$" .)) (match "^(?i:y|n|yes|no|on|off|true|false|null)$" .) }}{{ "\\t" }}{{ end }}${cut(".", length)}{{ end }}`;
}

/** Sets `$head`: what an alert says in one line; those of other tools begin with their name, or else their labels, and may say nothing else. */
const HEADLINE = `{{ $name := .Labels.alertname }}{{ if not $name }}{{ range .Labels.SortedPairs }}{{ $name = print $name " " .Name "=" .Value }}{{ end }}{{ $name = trimSpace $name }}{{ end }}{{ range stringSlice .Annotations.summary .Annotations.description .Annotations.message }}{{ if not $head }}{{ $head = trimSpace . }}{{ end }}{{ end }}{{ if not $head }}{{ $head = $name }}{{ else if not .Labels.slo }}{{ $head = print $name ": " $head }}{{ end }}`;

/** Sets `$title`: state, place and owner as far as there are any, since those of other tools have a namespace or a job. */
const TITLE = `{{ $where := "" }}{{ with .CommonLabels.environment }}{{ $where = print $where " " . }}{{ end }}{{ with .CommonLabels.cluster }}{{ $where = print $where " " . }}{{ end }}{{ with .CommonLabels.service }}{{ $where = print $where " " . }}{{ else }}{{ with .CommonLabels.namespace }}{{ $where = print $where " " . }}{{ else }}{{ with .CommonLabels.job }}{{ $where = print $where " " . }}{{ end }}{{ end }}{{ end }}{{ if $where }}{{ $where = print $where ":" }}{{ end }}{{ $head := "" }}${first(HEADLINE)}{{ $title := print "[" (toUpper .Status) "]" $where " " $head }}{{ if gt (len .Alerts.Firing) 1 }}{{ $title = print $title " (and " (len (slice .Alerts.Firing 1)) " more)" }}{{ end }}`;

/** Appends an alert to `$text`; no page explains those of other tools, so all of their labels are there. */
const ALERT = `{{ $text = print $text .Labels.alertname " (" }}{{ with .Labels.severity }}{{ $text = print $text . ", " }}{{ end }}{{ $text = print $text .Status ") since " (.StartsAt.UTC.Format "2006-01-02 15:04:05 UTC") "\\n" }}{{ with .Annotations.summary }}{{ $text = print $text . ": " }}{{ end }}{{ with .Annotations.description }}{{ $text = print $text . }}{{ else }}{{ $text = print $text .Annotations.message }}{{ end }}{{ $text = print $text "\\n" }}{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $text = print $text .Name "=" .Value "\\n" }}{{ end }}{{ end }}{{ with .Annotations.runbook_url }}{{ $text = print $text "Runbook: " . "\\n" }}{{ end }}{{ with .Annotations.dashboard_url }}{{ $text = print $text "Dashboard: " . "\\n" }}{{ end }}`;

/** Sets `$names`: alerts with their states. */
function names(alerts: string): string {
  return `{{ $names := "" }}{{ range $i, $alert := ${alerts} }}{{ if $i }}{{ $names = print $names ", " }}{{ end }}{{ $names = print $names $alert.Labels.alertname " " $alert.Status }}{{ end }}`;
}

const CHAT_ALERT = `*${escaped(".Labels.alertname", LONGEST.names)}* ({{ with .Labels.severity }}${escaped(".", LONGEST.names)}, {{ end }}{{ .Status }}) since {{ .StartsAt.UTC.Format "15:04:05 UTC" }}
${escaped("print .Annotations.description .Annotations.message", LONGEST.chat)}
{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $labels = print $labels .Name "=" .Value " " }}{{ end }}${escaped("$labels", LONGEST.chat)}
{{ end }}${slackLink("runbook_url", "Runbook")}${slackLink("dashboard_url", "Dashboard")}`;

/**
 * Notification templates. The text leads with what a woken person asks: what, where, since when, what to do.
 * Values live in the annotations, rendered by Prometheus; they and labels may hold anything, and reach a receiver as
 * they are, or cut with a note. Source: Alertmanager docs, "Notification template reference".
 */
export const NOTIFICATION_TEMPLATES = `{{ define "tocsin.title" }}${TITLE}{{ $title }}{{ end }}

{{ define "tocsin.runbook" }}${first(address("runbook_url"))}{{ end }}

{{ define "tocsin.dashboard" }}${first(address("dashboard_url"))}{{ end }}

{{ define "tocsin.names" }}${names(".Alerts")}{{ $names }}{{ end }}

{{ define "tocsin.text" }}{{ $text := "" }}{{ range .Alerts }}${ALERT}{{ end }}{{ $text }}{{ end }}

{{ define "tocsin.pagerduty.severity" }}{{ if eq .CommonLabels.severity "critical" "warning" "info" }}{{ .CommonLabels.severity }}{{ else }}critical{{ end }}{{ end }}

{{ define "tocsin.pagerduty.component" }}${cut("or .CommonLabels.service .CommonLabels.namespace .CommonLabels.job", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.group" }}${cut("or .CommonLabels.slo .CommonLabels.alertname", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.class" }}${cut("print .CommonLabels.category", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.alerts" }}${names(".Alerts")}${detail("$names", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.cluster" }}${detail("print .CommonLabels.cluster", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.environment" }}${detail("print .CommonLabels.environment", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.team" }}${detail("print .CommonLabels.team", LONGEST.field)}{{ end }}

{{ define "tocsin.pagerduty.firing" }}{{ $text := "" }}{{ range .Alerts.Firing }}${ALERT}{{ end }}${detail("$text", LONGEST.details)}{{ end }}

{{ define "tocsin.pagerduty.resolved" }}${names(".Alerts.Resolved")}${detail("$names", LONGEST.field)}{{ end }}

{{ define "tocsin.slack.color" }}{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}{{ end }}

{{ define "tocsin.slack.title" }}${TITLE}${escaped("$title", LONGEST.title)}{{ end }}

{{ define "tocsin.slack.names" }}${names(".Alerts")}${escaped("$names", LONGEST.names)}{{ end }}

{{ define "tocsin.slack.text" }}{{ range $i, $alert := .Alerts }}{{ if lt $i ${LONGEST.chatAlerts} }}{{ with $alert }}{{ $labels := "" }}${CHAT_ALERT}
{{ end }}{{ end }}{{ end }}{{ if gt (len .Alerts) ${LONGEST.chatAlerts} }}and {{ len (slice .Alerts ${LONGEST.chatAlerts}) }} more: <{{ .ExternalURL }}|Alertmanager>{{ end }}{{ end }}

{{ define "tocsin.email.subject" }}{{ .CommonLabels.environment }}{{ with .CommonLabels.cluster }} {{ . }}{{ end }}: {{ with len .Alerts.Firing }}{{ . }} {{ if eq . 1 }}alert is{{ else }}alerts are{{ end }}{{ else }}no alert is{{ end }} firing{{ end }}

{{ define "tocsin.email.html" }}<h1>{{ template "tocsin.email.subject" . }}</h1>
<ul>{{ range .Alerts.Firing }}
<li><strong>{{ .Labels.alertname }}</strong> ({{ .Labels.severity }}){{ with or .Labels.service .Labels.namespace .Labels.job }} of {{ . }}{{ end }} since {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}: {{ with .Annotations.summary }}{{ . }}. {{ end }}{{ .Annotations.description }}{{ .Annotations.message }}{{ with .Annotations.runbook_url }} <a href="{{ . }}">Runbook</a>{{ end }}{{ with .Annotations.dashboard_url }}, <a href="{{ . }}">dashboard</a>{{ end }}</li>{{ end }}
</ul>{{ end }}
`;
