import { INTEGRATIONS } from "../../receivers";
import { linkedBy, SHARED_TEMPLATES, type SenderLinks } from "../../receivers/template";

/** File name of the notification templates. */
export const TEMPLATE_FILE = "tocsin.tmpl";

/**
 * Notification templates. The text leads with what a woken person asks: what, where, how much, what to do.
 * Values live in the annotations, rendered by Prometheus; they and labels may hold anything, and reach a receiver as
 * they are, or cut with a note. Source: Alertmanager docs, "Notification template reference".
 */
export function notificationTemplates(sender: SenderLinks): string {
  const all = [...SHARED_TEMPLATES, ...Object.values(INTEGRATIONS).flatMap(({ templates }) => templates)];
  return `${linkedBy(sender, all).join("\n\n")}\n`;
}

/** What the fragment of an address may not hold as it is. */
const ENCODED = [
  ["%", "%25"],
  ['\\"', "%22"],
  [" ", "%20"],
  ["#", "%23"],
  ["&", "%26"],
  ["[+]", "%2B"],
  ["[{]", "%7B"],
  ["[}]", "%7D"],
]
  .map(([sign = "", code = ""]) => `reReplaceAll "${sign}" "${code}"`)
  .join(" | ");

/** A page of Alertmanager about what has these labels, in the words of its own address. */
function filtered(page: string, labels: readonly string[]): string {
  const matchers = labels.map((label) => `${label}=%q`).join(",");
  const values = labels.map((label) => `.Labels.${label}`).join(" ");
  return `(print $.ExternalURL "/#/${page}?filter=" (printf "{${matchers}}" ${values} | ${ENCODED}))`;
}

/** Templates for an Alertmanager, whose pages `.ExternalURL` begins. */
export const NOTIFICATION_TEMPLATES = notificationTemplates({
  silence: filtered("silences/new", ["alertname", "cluster", "environment", "service", "slo"]),
  related: filtered("alerts", ["cluster", "environment", "service"]),
});
