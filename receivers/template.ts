/** What receivers take at most, in characters, with room for what JSON and markup make of each of them. */
export const LONGEST = {
  field: 255,
  /** Slack and PagerDuty cut at 1024, and Slack counts `&amp;` as five. */
  title: 200,
  names: 200,
} as const;

/** What is taken as an address: nothing that runs, and nothing that ends a link of markup early. */
const WEB_ADDRESS = String.raw`"^https?://[^\\s<>|\"]+$"`;

/** A text, cut where it is too long, and then it says so. @param filter what is made of the text, as a pipeline */
export function cut(text: string, length: number, filter = ""): string {
  const shown = `printf "%.${length}s" (${text})`;
  return `{{ ${shown}${filter} }}{{ if ne (${shown}) (${text}) }}… (cut at ${length} characters){{ end }}`;
}

const MARKDOWN = String.raw`reReplaceAll "([\\\\*_\\[\\]()~#<>&|!${"`"}])" "\\$1"`;

/** A text in which what Markdown would take for emphasis, links or tags is itself. */
export function markdown(text: string, length: number): string {
  return cut(text, length, ` | ${MARKDOWN}`);
}

/** A link of Markdown, whose address parentheses would end early; nothing where a browser should not follow it. */
export function markdownLink(annotation: string, title: string, longest: number): string {
  const address = `. | reReplaceAll "[(]" "%28" | reReplaceAll "[)]" "%29"`;
  return withAddress(annotation, `[${title}]({{ ${address} }}) `, longest);
}

/** Something of an annotation that is an address, which is the dot in it; nothing where a browser should not follow it. */
export function withAddress(annotation: string, text: string, longest = 2000): string {
  return `{{ with .Annotations.${annotation} }}{{ if and (lt (len .) ${longest}) (match ${WEB_ADDRESS} .) }}${text}{{ end }}{{ end }}`;
}

/** Something of the first alert that fires, or of the first one where all is over. */
function first(text: string): string {
  return `{{ if .Alerts.Firing }}{{ with index .Alerts.Firing 0 }}${text}{{ end }}{{ else }}{{ with index .Alerts 0 }}${text}{{ end }}{{ end }}`;
}

/** Sets `$head`: what an alert says in one line; those of other tools begin with their name, or else their labels, and may say nothing else. */
const HEADLINE = `{{ $name := .Labels.alertname }}{{ if not $name }}{{ range .Labels.SortedPairs }}{{ $name = print $name " " .Name "=" .Value }}{{ end }}{{ $name = trimSpace $name }}{{ end }}{{ range stringSlice .Annotations.summary .Annotations.description .Annotations.message }}{{ if not $head }}{{ $head = trimSpace . }}{{ end }}{{ end }}{{ if not $head }}{{ $head = $name }}{{ else if not .Labels.slo }}{{ $head = print $name ": " $head }}{{ end }}`;

/** Sets `$title`: state, place and owner as far as there are any, since those of other tools have a namespace or a job. */
export const TITLE = `{{ $where := "" }}{{ with .CommonLabels.environment }}{{ $where = print $where " " . }}{{ end }}{{ with .CommonLabels.cluster }}{{ $where = print $where " " . }}{{ end }}{{ with .CommonLabels.service }}{{ $where = print $where " " . }}{{ else }}{{ with .CommonLabels.namespace }}{{ $where = print $where " " . }}{{ else }}{{ with .CommonLabels.job }}{{ $where = print $where " " . }}{{ end }}{{ end }}{{ end }}{{ if $where }}{{ $where = print $where ":" }}{{ end }}{{ $head := "" }}${first(HEADLINE)}{{ $title := print "[" (toUpper .Status) "]" $where " " $head }}{{ if gt (len .Alerts.Firing) 1 }}{{ $title = print $title " (and " (len (slice .Alerts.Firing 1)) " more)" }}{{ end }}`;

/** Appends an alert to `$text`; no page explains those of other tools, so all of their labels are there. */
export const ALERT = `{{ $text = print $text .Labels.alertname " (" }}{{ with .Labels.severity }}{{ $text = print $text . ", " }}{{ end }}{{ $text = print $text .Status ") since " (.StartsAt.UTC.Format "2006-01-02 15:04:05 UTC") "\\n" }}{{ with .Annotations.summary }}{{ $text = print $text . ": " }}{{ end }}{{ with .Annotations.description }}{{ $text = print $text . }}{{ else }}{{ $text = print $text .Annotations.message }}{{ end }}{{ $text = print $text "\\n" }}{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $text = print $text .Name "=" .Value "\\n" }}{{ end }}{{ end }}{{ with .Annotations.runbook_url }}{{ $text = print $text "Runbook: " . "\\n" }}{{ end }}{{ with .Annotations.dashboard_url }}{{ $text = print $text "Dashboard: " . "\\n" }}{{ end }}`;

/** Sets `$names`: alerts with their states. */
export function names(alerts: string): string {
  return `{{ $names := "" }}{{ range $i, $alert := ${alerts} }}{{ if $i }}{{ $names = print $names ", " }}{{ end }}{{ $names = print $names $alert.Labels.alertname " " $alert.Status }}{{ end }}`;
}

/** How a chat is written to. */
interface Chat {
  /** Before and after what is bold. */
  readonly bold: string;
  readonly newline: string;
  readonly escaped: (text: string, length: number) => string;
  readonly link: (annotation: string, title: string) => string;
  /** A link to the rest, which is in Alertmanager at `.ExternalURL`. */
  readonly rest: string;
  /** Of what each alert says, in characters. */
  readonly longest: { readonly text: number; readonly labels: number; readonly name: number };
}

const ALERTS = 5;

/** The first alerts of a message, and how many there are besides. */
export function chatText({ bold, newline, escaped, link, rest, longest }: Chat): string {
  const alert = `${bold}${escaped(".Labels.alertname", longest.name)}${bold} ({{ with .Labels.severity }}${escaped(".", longest.name)}, {{ end }}{{ .Status }}) since {{ .StartsAt.UTC.Format "15:04:05 UTC" }}${newline}${escaped("print .Annotations.description .Annotations.message", longest.text)}${newline}{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $labels = print $labels .Name "=" .Value " " }}{{ end }}${escaped("$labels", longest.labels)}${newline}{{ end }}${link("runbook_url", "Runbook")}${link("dashboard_url", "Dashboard")}${newline}`;
  return `{{ range $i, $alert := .Alerts }}{{ if lt $i ${ALERTS} }}{{ with $alert }}{{ $labels := "" }}${alert}{{ end }}{{ end }}{{ end }}{{ if gt (len .Alerts) ${ALERTS} }}and {{ len (slice .Alerts ${ALERTS}) }} more: ${rest}{{ end }}`;
}

/** A definition of a template. No blank line is in its body, by which definitions are told apart. */
export function define(name: string, body: string): string {
  return `{{ define "tocsin.${name}" }}${body}{{ end }}`;
}

/** The call of a template, as a text of an integration has it. */
export function call(name: string): string {
  return `{{ template "tocsin.${name}" . }}`;
}

/** Templates that texts of several integrations use. */
export const SHARED_TEMPLATES: readonly string[] = [
  define("title", `${TITLE}{{ $title }}`),
  define("runbook", first(withAddress("runbook_url", "{{ . }}"))),
  define("dashboard", first(withAddress("dashboard_url", "{{ . }}"))),
  define("names", `${names(".Alerts")}{{ $names }}`),
  define("text", `{{ $text := "" }}{{ range .Alerts }}${ALERT}{{ end }}{{ $text }}`),
];
