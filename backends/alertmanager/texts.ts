/** What a page says, whoever sends it. Values of labels are those that all alerts of a group share. */
export const PAGE = {
  summary: '{{ template "tocsin.title" . }}',
  /** PagerDuty's default is `error`, so it is always set. */
  severity: '{{ template "tocsin.pagerduty.severity" . }}',
  component: "{{ .CommonLabels.service }}",
  group: "{{ .CommonLabels.slo }}",
  class: "{{ .CommonLabels.category }}",
  client: "Tocsin",
  runbook: '{{ template "tocsin.runbook" . }}',
  dashboard: '{{ template "tocsin.dashboard" . }}',
  details: {
    alerts: '{{ template "tocsin.names" . }}',
    environment: "{{ .CommonLabels.environment }}",
    team: "{{ .CommonLabels.team }}",
    text: '{{ template "tocsin.text" . }}',
  },
} as const;

/** What a message in a chat says. */
export const CHAT = {
  color: '{{ template "tocsin.slack.color" . }}',
  title: '{{ template "tocsin.title" . }}',
  link: '{{ template "tocsin.dashboard" . }}',
  text: '{{ template "tocsin.slack.text" . }}',
  footer: '{{ template "tocsin.names" . }}',
} as const;

/** What a mail says. */
export const MAIL = {
  subject: '{{ template "tocsin.email.subject" . }}',
  html: '{{ template "tocsin.email.html" . }}',
  text: '{{ template "tocsin.text" . }}',
} as const;
