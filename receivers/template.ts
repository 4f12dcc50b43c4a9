/** What receivers take at most, in characters, with room for what JSON and markup make of each of them. */
export const LONGEST = {
  field: 255,
  /** What a telephone shows of a title. */
  title: 80,
  names: 200,
} as const;

/** Where whoever sends silences an alert, and shows what else is wrong with its service: actions of a template, or nothing. */
export interface SenderLinks {
  readonly silence: string;
  readonly related: string;
}

/** Stand for the links in a definition, which is the same for every sender but for them. */
const LINKS: SenderLinks = { silence: "@silence@", related: "@related@" };

/** The definitions for one sender. */
export function linkedBy(sender: SenderLinks, definitions: readonly string[]): readonly string[] {
  return definitions.map((text) =>
    text.replaceAll(LINKS.silence, () => sender.silence).replaceAll(LINKS.related, () => sender.related),
  );
}

/** What is taken as an address: nothing that runs, and nothing that ends a link of markup early. */
const WEB_ADDRESS = String.raw`"^https?://[^\\s<>|\"]+$"`;

/** A text, cut where it is too long, and then it says so. @param filter what is made of the text, as a pipeline */
export function cut(text: string, length: number, filter = ""): string {
  const shown = `printf "%.${length}s" (${text})`;
  return `{{ ${shown}${filter} }}{{ if ne (${shown}) (${text}) }}… (cut at ${length} characters){{ end }}`;
}

const ADDRESSES = { runbook: ".Annotations.runbook_url", dashboard: ".Annotations.dashboard_url" } as const;

const MARKDOWN = String.raw`reReplaceAll "([\\\\*_\\[\\]()~#<>&|!${"`"}])" "\\$1"`;

/** A text in which what Markdown would take for emphasis, links or tags is itself. */
export function markdown(text: string, length: number): string {
  return cut(text, length, ` | ${MARKDOWN}`);
}

/** A link of Markdown, whose address parentheses would end early; nothing where a browser should not follow it. */
export function markdownLink(value: string, title: string, longest: number): string {
  const address = `. | reReplaceAll "[(]" "%28" | reReplaceAll "[)]" "%29"`;
  return withAddress(value, `[${title}]({{ ${address} }}) `, longest);
}

/** Something of a value that is an address, which is the dot in it; nothing where a browser should not follow it. */
function withAddress(value: string, text: string, longest = 2000): string {
  return `{{ with ${value} }}{{ if and (lt (len .) ${longest}) (match ${WEB_ADDRESS} .) }}${text}{{ end }}{{ end }}`;
}

/** The links of an alert; whoever is woken is led to the first ones first. @param link of an address, by its title */
export function alertLinks(link: (value: string, title: string) => string): string {
  const { runbook, dashboard } = ADDRESSES;
  return `${link(runbook, "Runbook")}${link(dashboard, "Dashboard")}{{ if eq .Status "firing" }}${link(LINKS.silence, "Silence")}${link(LINKS.related, "Related alerts")}{{ end }}`;
}

/** A link as a text with markup has it, where a browser may follow it: the dot is the address. */
export function linkAs(markup: (title: string) => string): (value: string, title: string) => string {
  return (value, title) => withAddress(value, markup(title));
}

/** Something of the first alert that fires, or of the first one where all is over. */
function first(text: string): string {
  return `{{ if .Alerts.Firing }}{{ with index .Alerts.Firing 0 }}${text}{{ end }}{{ else }}{{ with index .Alerts 0 }}${text}{{ end }}{{ end }}`;
}

/** Sets `$head`: what an alert says in one line; those of other tools begin with their name, or else their labels, and may say nothing else. */
const HEADLINE = `{{ $name := .Labels.alertname }}{{ if not $name }}{{ range .Labels.SortedPairs }}{{ $name = print $name " " .Name "=" .Value }}{{ end }}{{ $name = trimSpace $name }}{{ end }}{{ range stringSlice .Annotations.summary .Annotations.description .Annotations.message }}{{ if not $head }}{{ $head = trimSpace . }}{{ end }}{{ end }}{{ if not $head }}{{ $head = $name }}{{ else if not .Labels.slo }}{{ $head = print $name ": " $head }}{{ end }}`;

/** How a summary ends with a value, which is that of the last evaluation and says nothing of what is over. */
const SHOWN_VALUE = "(: [0-9.e+-]+% bad| [(][0-9][^()]*[)])$";

/** How long an alert that is over lasted, in whole seconds. */
const LASTED = "((.EndsAt.Sub .StartsAt).Round 1000000000)";

/**
 * Sets `$title`: place and owner as far as there are any, since those of other tools have a namespace or a job; what is wrong,
 * and how much. A cluster that is called after its environment says both.
 */
export const TITLE = `{{ $where := print .CommonLabels.environment }}{{ $cluster := print .CommonLabels.cluster }}{{ if and (ge (len $cluster) (len $where)) (eq (slice $cluster 0 (len $where)) $where) }}{{ $where = $cluster }}{{ else if $cluster }}{{ $where = print $where " " $cluster }}{{ end }}{{ with .CommonLabels.service }}{{ $where = print $where " " . }}{{ else }}{{ with .CommonLabels.namespace }}{{ $where = print $where " " . }}{{ else }}{{ with .CommonLabels.job }}{{ $where = print $where " " . }}{{ end }}{{ end }}{{ end }}{{ if gt (len .Alerts.Firing) 1 }}{{ $where = print $where " (" (len .Alerts.Firing) " alerts)" }}{{ end }}{{ if eq .Status "resolved" }}{{ with index .Alerts 0 }}{{ $where = print "resolved after " ${LASTED} ": " (trimSpace $where) }}{{ end }}{{ end }}{{ if $where }}{{ $where = print (trimSpace $where) ": " }}{{ end }}{{ $head := "" }}${first(`${HEADLINE}{{ if eq .Status "resolved" }}{{ $head = reReplaceAll "${SHOWN_VALUE}" "" $head }}{{ end }}{{ if and .Annotations.budget_left (eq .Status "firing") }}{{ $head = print $head ", budget " .Annotations.budget_left }}{{ end }}`)}{{ $title := print $where $head }}{{ if ne (printf "%.${LONGEST.title}s" $title) $title }}{{ $title = print (printf "%.${LONGEST.title - 1}s" $title) "…" }}{{ end }}`;

/** Sets `$course`: how long it has gone on or lasted, and what it does to the error budget. */
export const COURSE = `{{ $course := "" }}{{ if eq .Status "resolved" }}{{ $course = print "It lasted " ${LASTED} "." }}{{ with .Annotations.budget_spent }}{{ $course = print $course " It cost " . " of the error budget." }}{{ end }}{{ else }}{{ with .Annotations.budget_left }}{{ $course = print "At this rate the error budget is " . "." }}{{ end }}{{ with .Annotations.budget_spent }}{{ $course = print $course " So far it cost " . " of it." }}{{ end }}{{ end }}{{ $course = trimSpace $course }}`;

/** Before what an alert that is over says: its values are of its last evaluation. */
export const WHILE_IT_FIRED = "While it fired: ";

/** Appends an alert to `$text`; no page explains those of other tools, so all of their labels are there. */
export const ALERT = `{{ $text = print $text .Labels.alertname " (" }}{{ with .Labels.severity }}{{ $text = print $text . ", " }}{{ end }}{{ $text = print $text .Status ") since " (.StartsAt.UTC.Format "2006-01-02 15:04:05 UTC") "\\n" }}{{ if eq .Status "resolved" }}{{ $text = print $text "${WHILE_IT_FIRED}" }}{{ end }}{{ with .Annotations.summary }}{{ $text = print $text . ": " }}{{ end }}{{ with .Annotations.description }}{{ $text = print $text . }}{{ else }}{{ $text = print $text .Annotations.message }}{{ end }}{{ $text = print $text "\\n" }}${COURSE}{{ with $course }}{{ $text = print $text . "\\n" }}{{ end }}{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $text = print $text .Name "=" .Value "\\n" }}{{ end }}{{ end }}{{ with .Annotations.runbook_url }}{{ $text = print $text "Runbook: " . "\\n" }}{{ end }}{{ with .Annotations.dashboard_url }}{{ $text = print $text "Dashboard: " . "\\n" }}{{ end }}{{ if eq .Status "firing" }}{{ with ${LINKS.silence} }}{{ $text = print $text "Silence: " . "\\n" }}{{ end }}{{ with ${LINKS.related} }}{{ $text = print $text "Related alerts: " . "\\n" }}{{ end }}{{ end }}`;

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
  readonly link: (value: string, title: string) => string;
  /** A link to the rest, which is in Alertmanager at `.ExternalURL`. */
  readonly rest: string;
  /** Of what each alert says, in characters. */
  readonly longest: { readonly text: number; readonly labels: number; readonly name: number };
}

const ALERTS = 5;

/** The first alerts of a message, and how many there are besides. */
export function chatText({ bold, newline, escaped, link, rest, longest }: Chat): string {
  const alert = `${bold}${escaped(".Labels.alertname", longest.name)}${bold} ({{ with .Labels.severity }}${escaped(".", longest.name)}, {{ end }}{{ .Status }}) since {{ .StartsAt.UTC.Format "15:04:05 UTC" }}${newline}{{ if eq .Status "resolved" }}${WHILE_IT_FIRED}{{ end }}${escaped("print .Annotations.description .Annotations.message", longest.text)}${newline}${COURSE}{{ if $course }}${escaped("$course", longest.name)}${newline}{{ end }}{{ if not .Labels.slo }}{{ range .Labels.SortedPairs }}{{ $labels = print $labels .Name "=" .Value " " }}{{ end }}${escaped("$labels", longest.labels)}${newline}{{ end }}${alertLinks(link)}${newline}`;
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
  define("runbook", first(withAddress(ADDRESSES.runbook, "{{ . }}"))),
  define("dashboard", first(withAddress(ADDRESSES.dashboard, "{{ . }}"))),
  define("silence", first(withAddress(LINKS.silence, "{{ . }}"))),
  define("names", `${names(".Alerts")}{{ $names }}`),
  define("text", `{{ $text := "" }}{{ range .Alerts }}${ALERT}{{ end }}{{ $text }}`),
];
