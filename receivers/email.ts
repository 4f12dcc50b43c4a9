import { defineIntegration, type Purpose } from "./integration";
import { call, cut, define, LONGEST, TITLE, withAddress } from "./template";

/** The daily mail counts what fires, a mail about alerts is headed as a page is. */
function subject(purpose: Purpose): string {
  return call(purpose === "digest" ? "email.digest" : "email.title");
}

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
    define("email.title", `${TITLE}${cut("$title", LONGEST.title)}`),
    define(
      "email.digest",
      `{{ .CommonLabels.environment }}{{ with .CommonLabels.cluster }} {{ . }}{{ end }}: {{ with len .Alerts.Firing }}{{ . }} {{ if eq . 1 }}alert is{{ else }}alerts are{{ end }}{{ else }}no alert is{{ end }} firing`,
    ),
    // HTML is escaped where Alertmanager fills it in.
    define(
      "email.alerts",
      `<ul>{{ range .Alerts }}
<li><strong>{{ .Labels.alertname }}</strong> ({{ with .Labels.severity }}{{ . }}, {{ end }}{{ .Status }}){{ with or .Labels.service .Labels.namespace .Labels.job }} of {{ . }}{{ end }} since {{ .StartsAt.UTC.Format "2006-01-02 15:04 UTC" }}: {{ with .Annotations.summary }}{{ . }}. {{ end }}{{ .Annotations.description }}{{ .Annotations.message }}${withAddress("runbook_url", ' <a href="{{ . }}">Runbook</a>')}${withAddress("dashboard_url", ', <a href="{{ . }}">dashboard</a>')}</li>{{ end }}
</ul>`,
    ),
  ],
  place: ({ to }) => to,
  alertmanager: {
    list: "email_configs",
    write: ({ from, passwordSecret, requireTls, smarthost, to, username }, purpose) => ({
      fields: {
        to,
        from,
        smarthost,
        auth_username: username,
        require_tls: requireTls,
        headers: { Subject: subject(purpose) },
        html: `<h1>${subject(purpose)}</h1>\n${call("email.alerts")}`,
        text: call("text"),
      },
      secrets: { auth_password: passwordSecret },
    }),
  },
  grafana: {
    list: "emails",
    // Grafana's own mail server sends it.
    write: ({ to }, purpose) => ({
      fields: { addresses: [to], subject: subject(purpose), message: call("text") },
      secrets: {},
    }),
  },
  inLab: ({ smtp }) => ({ smarthost: smtp, requireTls: false }),
});
