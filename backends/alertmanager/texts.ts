/** What a page says, whoever sends it. Values of labels are those that all alerts of a group share. */
export const PAGE = {
  summary: '{{ template "tocsin.title" . }}',
  /** PagerDuty's default is `error`, so it is always set. */
  severity: '{{ template "tocsin.pagerduty.severity" . }}',
  component: '{{ template "tocsin.pagerduty.component" . }}',
  group: '{{ template "tocsin.pagerduty.group" . }}',
  class: '{{ template "tocsin.pagerduty.class" . }}',
  client: "Tocsin",
  runbook: '{{ template "tocsin.runbook" . }}',
  dashboard: '{{ template "tocsin.dashboard" . }}',
  /** `firing` and `resolved` take the place of defaults that are templates of JSON, which braces in it break. */
  details: {
    alerts: '{{ template "tocsin.pagerduty.alerts" . }}',
    cluster: '{{ template "tocsin.pagerduty.cluster" . }}',
    environment: '{{ template "tocsin.pagerduty.environment" . }}',
    firing: '{{ template "tocsin.pagerduty.firing" . }}',
    resolved: '{{ template "tocsin.pagerduty.resolved" . }}',
    team: '{{ template "tocsin.pagerduty.team" . }}',
  },
} as const;

/** What a message in a chat says. */
export const CHAT = {
  color: '{{ template "tocsin.slack.color" . }}',
  title: '{{ template "tocsin.slack.title" . }}',
  link: '{{ template "tocsin.dashboard" . }}',
  text: '{{ template "tocsin.slack.text" . }}',
  footer: '{{ template "tocsin.slack.names" . }}',
} as const;

/** What a mail says. */
export const MAIL = {
  subject: '{{ template "tocsin.email.subject" . }}',
  html: '{{ template "tocsin.email.html" . }}',
  text: '{{ template "tocsin.text" . }}',
} as const;
