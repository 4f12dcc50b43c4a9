import { INTEGRATIONS } from "../../receivers";
import { SHARED_TEMPLATES } from "../../receivers/template";

/** File name of the notification templates. */
export const TEMPLATE_FILE = "tocsin.tmpl";

/**
 * Notification templates. The text leads with what a woken person asks: what, where, since when, what to do.
 * Values live in the annotations, rendered by Prometheus; they and labels may hold anything, and reach a receiver as
 * they are, or cut with a note. Source: Alertmanager docs, "Notification template reference".
 */
export const NOTIFICATION_TEMPLATES = `${[
  ...SHARED_TEMPLATES,
  ...Object.values(INTEGRATIONS).flatMap(({ templates }) => templates),
].join("\n\n")}\n`;
