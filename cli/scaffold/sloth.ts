import { slugFrom } from "../../slo/slug";
import { eventsQuery } from "./imported-query";
import {
  fields,
  listIn,
  shownIn,
  specificationIn,
  textIn,
  type Fields,
  type Specification,
  type SpecifiedService,
  type SpecifiedSli,
  type SpecifiedSlo,
} from "./specified";

/**
 * Services of a specification of Sloth, `prometheus/v1` or `PrometheusServiceLevel`, several documents in a file.
 * @returns what is wrong with it, where it is none
 */
export function readSloth(text: string): Specification | string {
  return specificationIn(text, {
    read: specOf,
    what: "specification of Sloth",
    missing:
      "it is no specification of Sloth: neither [version: prometheus/v1] nor [kind: PrometheusServiceLevel] is there",
    specified: (known) => ({
      services: known.filter((spec) => listIn(spec, "slos").length > 0).map(serviceOf),
      left: known
        .filter((spec) => listIn(spec, "slos").length === 0)
        .map((spec) => `[slos] of [${textIn(spec, "service") ?? "nothing"}] is no list of objectives`),
    }),
  });
}

function specOf(document: Fields): Fields | undefined {
  if (document["version"] === "prometheus/v1") {
    return document;
  }
  return document["kind"] === "PrometheusServiceLevel" ? fields(document["spec"]) : undefined;
}

function serviceOf(spec: Fields): SpecifiedService {
  return { id: slugFrom(textIn(spec, "service") ?? ""), slos: listIn(spec, "slos").map(sloOf) };
}

function sliOf(sli: Fields): SpecifiedSli {
  const events = fields(sli["events"]);
  const errors = textIn(events, "error_query", "errorQuery");
  const total = textIn(events, "total_query", "totalQuery");
  return errors === undefined || total === undefined
    ? {
        kind: "none",
        why: "has no error_query and total_query: say in them what its plugin or its ratio counts",
      }
    : { kind: "events", errors: eventsQuery(errors), total: eventsQuery(total) };
}

function sloOf(slo: Fields): SpecifiedSlo {
  const alerting = fields(slo["alerting"]);
  const page = fields(alerting["page_alert"] ?? alerting["pageAlert"]);
  const ticket = fields(alerting["ticket_alert"] ?? alerting["ticketAlert"]);
  return {
    name: textIn(slo, "name") ?? "",
    id: slugFrom(textIn(slo, "name") ?? ""),
    objective: `${shownIn(slo, "objective") ?? "no objective"}%`,
    description: textIn(slo, "description") ?? "",
    sli: sliOf(fields(slo["sli"])),
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
