import { defineIntegration } from "./integration";
import { alertLinks, call, COURSE, define, linkAs, TITLE, WHILE_IT_FIRED } from "./template";

const SUBJECT = call("email.title");

/** By how bad it is, and green once it is over. */
const BORDER = `{{ if eq .Status "resolved" }}#2e7d32{{ else if eq .Labels.severity "critical" }}#c62828{{ else }}#ef6c00{{ end }}`;

/** A page that a telephone shows as it is, in the colours that its owner reads by. */
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0 auto;padding:16px;max-width:640px;font:16px/1.5 sans-serif">
<h1 style="margin:0;font-size:20px">${SUBJECT}</h1>
${call("email.alerts")}
</body></html>`;

/** Mail, by an SMTP server. */
export const email = defineIntegration({
  kind: "email",
  title: "mail",
  wakes: false,
  fields: {
    to: { form: "email", means: "who reads it" },
    from: { form: "email", means: "who it is from" },
    smarthost: { form: "hostAndPort", means: "SMTP server" },
    username: { form: "text", means: "user of the SMTP server" },
    passwordSecret: {
      form: "secretKey",
      means: "key of the secret that holds the SMTP password",
      holds: { what: "a password of the mail server", is: "text" },
    },
    requireTls: { form: "flag", means: "whether a connection that is not encrypted is refused" },
  },
  templates: [
    define("email.title", `${TITLE}{{ $title }}`),
    // HTML is escaped where Alertmanager fills it in.
    define(
      "email.alerts",
      `{{ range .Alerts }}
<section style="margin:16px 0;padding:4px 12px;border-left:4px solid ${BORDER}">
<p style="margin:4px 0"><strong>{{ .Labels.alertname }}</strong> ({{ with .Labels.severity }}{{ . }}, {{ end }}{{ .Status }}){{ with or .Labels.service .Labels.namespace .Labels.job }} of {{ . }}{{ end }} since {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}</p>
<p style="margin:4px 0">{{ if eq .Status "resolved" }}${WHILE_IT_FIRED}{{ end }}{{ with .Annotations.summary }}{{ . }}. {{ end }}{{ .Annotations.description }}{{ .Annotations.message }}</p>
${COURSE}{{ with $course }}<p style="margin:4px 0">{{ . }}</p>
{{ end }}<p style="margin:4px 0">${alertLinks(linkAs((title) => `<a href="{{ . }}">${title}</a> `))}</p>
</section>{{ end }}`,
    ),
  ],
  place: ({ to }) => to,
  alertmanager: {
    list: "email_configs",
    write: ({ from, passwordSecret, requireTls, smarthost, to, username }) => ({
      fields: {
        to,
        from,
        smarthost,
        auth_username: username,
        require_tls: requireTls,
        headers: { Subject: SUBJECT },
        html: PAGE,
        text: call("text"),
      },
      secrets: { auth_password: passwordSecret },
    }),
  },
  grafana: {
    list: "emails",
    // Grafana's own mail server sends it.
    write: ({ to }) => ({
      fields: { addresses: [to], subject: SUBJECT, message: call("text") },
      secrets: {},
    }),
  },
  inLab: ({ smtp }) => ({ smarthost: smtp, requireTls: false }),
});
