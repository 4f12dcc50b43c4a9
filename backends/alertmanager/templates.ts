/** File name of the notification templates. */
export const TEMPLATE_FILE = "tocsin.tmpl";

/**
 * Notification templates. The text leads with what a woken person asks: what, where, since when, what to do.
 * Values live in the annotations, rendered by Prometheus. Source: Alertmanager docs, "Notification template reference".
 */
export const NOTIFICATION_TEMPLATES = `{{ define "tocsin.first" }}{{ if .Alerts.Firing }}{{ (index .Alerts.Firing 0).Annotations.summary }}{{ else }}{{ (index .Alerts 0).Annotations.summary }}{{ end }}{{ end }}

{{ define "tocsin.title" }}[{{ .Status | toUpper }}] {{ .CommonLabels.environment }} {{ .CommonLabels.service }}: {{ template "tocsin.first" . }}{{ if gt (len .Alerts.Firing) 1 }} (and {{ len (slice .Alerts.Firing 1) }} more){{ end }}{{ end }}

{{ define "tocsin.runbook" }}{{ if .Alerts.Firing }}{{ (index .Alerts.Firing 0).Annotations.runbook_url }}{{ else }}{{ (index .Alerts 0).Annotations.runbook_url }}{{ end }}{{ end }}

{{ define "tocsin.dashboard" }}{{ if .Alerts.Firing }}{{ (index .Alerts.Firing 0).Annotations.dashboard_url }}{{ else }}{{ (index .Alerts 0).Annotations.dashboard_url }}{{ end }}{{ end }}

{{ define "tocsin.names" }}{{ range $i, $alert := .Alerts }}{{ if $i }}, {{ end }}{{ $alert.Labels.alertname }} {{ $alert.Status }}{{ end }}{{ end }}

{{ define "tocsin.text" }}{{ range .Alerts }}{{ .Labels.alertname }} ({{ .Labels.severity }}, {{ .Status }}) since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 UTC" }}
{{ .Annotations.summary }}: {{ .Annotations.description }}
Runbook: {{ .Annotations.runbook_url }}
Dashboard: {{ .Annotations.dashboard_url }}
{{ end }}{{ end }}

{{ define "tocsin.pagerduty.severity" }}{{ if eq .CommonLabels.severity "critical" "warning" "info" }}{{ .CommonLabels.severity }}{{ else }}critical{{ end }}{{ end }}

{{ define "tocsin.slack.color" }}{{ if eq .Status "resolved" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}{{ end }}

{{ define "tocsin.slack.text" }}{{ range .Alerts }}*{{ .Labels.alertname }}* ({{ .Labels.severity }}, {{ .Status }}) since {{ .StartsAt.UTC.Format "15:04:05 UTC" }}
{{ .Annotations.description }}
<{{ .Annotations.runbook_url }}|Runbook> | <{{ .Annotations.dashboard_url }}|Dashboard>
{{ end }}{{ end }}

{{ define "tocsin.email.subject" }}{{ .CommonLabels.environment }}: {{ with len .Alerts.Firing }}{{ . }} {{ if eq . 1 }}alert is{{ else }}alerts are{{ end }}{{ else }}no alert is{{ end }} firing{{ end }}

{{ define "tocsin.email.html" }}<h1>{{ template "tocsin.email.subject" . }}</h1>
<ul>{{ range .Alerts.Firing }}
<li><strong>{{ .Labels.alertname }}</strong> ({{ .Labels.severity }}) of {{ .Labels.service }} since {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}: {{ .Annotations.summary }}. {{ .Annotations.description }} <a href="{{ .Annotations.runbook_url }}">Runbook</a>, <a href="{{ .Annotations.dashboard_url }}">dashboard</a></li>{{ end }}
</ul>{{ end }}
`;
