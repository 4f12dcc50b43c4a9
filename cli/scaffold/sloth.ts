import { parseAllDocuments } from "yaml";
import { slugFrom } from "../../slo/slug";

/** An objective of Sloth, whichever of its two formats it was written in. */
export interface SlothSlo {
  readonly name: string;
  readonly objective: number;
  readonly description: string;
  readonly errors: string | undefined;
  readonly total: string | undefined;
  readonly pages: boolean;
  /** What it says that has no place in an objective of ours, a sentence each. */
  readonly lost: readonly string[];
}

export interface SlothService {
  readonly id: string;
  readonly slos: readonly SlothSlo[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Services of a specification of Sloth, `prometheus/v1` or `PrometheusServiceLevel`.
 * @returns what is wrong with it, where it is none
 */
export function readSloth(text: string): readonly SlothService[] | string {
  const documents = parseAllDocuments(text, { uniqueKeys: true });
  if (documents.length === 0) {
    return "it is empty";
  }
  const fault = documents.flatMap(({ errors }) => errors)[0];
  if (fault !== undefined) {
    return `it is no YAML: ${fault.message.split("\n")[0] ?? ""}`;
  }
  let specs: readonly (Fields | undefined)[];
  try {
    specs = documents.map((document) => specOf(fields(document.toJS())));
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  const empty = specs.find(
    (spec) => spec !== undefined && !(Array.isArray(spec["slos"]) && spec["slos"].length > 0),
  );
  if (empty !== undefined) {
    return `[slos] of [${textIn(empty, "service") ?? "nothing"}] is no list of objectives`;
  }
  return specs.some((spec) => spec === undefined)
    ? "it is no specification of Sloth: neither [version: prometheus/v1] nor [kind: PrometheusServiceLevel] is there"
    : specs.flatMap((spec) => (spec === undefined ? [] : [serviceOf(spec)]));
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function specOf(document: Fields): Fields | undefined {
  if (document["version"] === "prometheus/v1") {
    return document;
  }
  return document["kind"] === "PrometheusServiceLevel" ? fields(document["spec"]) : undefined;
}

function serviceOf(spec: Fields): SlothService {
  const slos = Array.isArray(spec["slos"]) ? (spec["slos"] as readonly unknown[]) : [];
  return { id: slugFrom(textIn(spec, "service") ?? ""), slos: slos.map((slo) => sloOf(fields(slo))) };
}

function sloOf(slo: Fields): SlothSlo {
  const sli = fields(slo["sli"]);
  const events = fields(sli["events"]);
  const alerting = fields(slo["alerting"]);
  const page = fields(alerting["page_alert"] ?? alerting["pageAlert"]);
  const ticket = fields(alerting["ticket_alert"] ?? alerting["ticketAlert"]);
  return {
    name: textIn(slo, "name") ?? "",
    objective: Number(slo["objective"]),
    description: textIn(slo, "description") ?? "",
    errors: textIn(events, "error_query", "errorQuery"),
    total: textIn(events, "total_query", "totalQuery"),
    pages: page["disable"] !== true,
    lost: [
      ...lost("labels", slo["labels"], "labels of alerts are team, service, slo, severity and category"),
      ...(slo["plugins"] === undefined
        ? []
        : ["[plugins] is not carried over: rules are generated as for every objective"]),
      ...lost("alerting.labels", alerting["labels"], "routes go by team and severity"),
      ...lost("alerting.annotations", alerting["annotations"], "runbooks and summaries follow from the plan"),
      ...lost("page_alert.labels", page["labels"], "routes go by team and severity"),
      ...lost("ticket_alert.labels", ticket["labels"], "routes go by team and severity"),
      ...(ticket["disable"] === true ? ["its ticket alert, which Sloth left out, is there"] : []),
      ...(textIn(alerting, "name") === undefined
        ? []
        : [
            `its alerts are called HighErrorBudgetBurnRate and ErrorBudgetBurnTicket in place of ${textIn(alerting, "name") ?? ""}`,
          ]),
    ],
  };
}

function lost(name: string, value: unknown, why: string): readonly string[] {
  const keys = Object.keys(fields(value));
  return keys.length === 0 ? [] : [`[${name}: ${keys.join(", ")}] is not carried over: ${why}`];
}

function textIn(of: Fields, ...keys: readonly string[]): string | undefined {
  return keys
    .map((key) => of[key])
    .find((value): value is string => typeof value === "string" && value.trim() !== "");
}
