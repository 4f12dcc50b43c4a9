import { Option, type Command } from "commander";
import type { Alert } from "../slo/alert";
import type { Catalogue } from "../slo/catalogue";
import { DOCS } from "../slo/command";
import type { Duration } from "../slo/duration";
import type { Percent } from "../slo/objective";
import type { Service } from "../slo/service";
import * as read from "./new-arguments";
import { compareSlothCommand } from "./compare-sloth";
import { fromMetricsCommand } from "./from-metrics";
import { importCommand, type Format, type ImportOptions } from "./import";
import { newAlertCommand, newRunbookCommand, newServiceCommand } from "./new";
import { finishInterrupted } from "./scaffold/write";
import { stacksByEnvironment } from "./stack";
import { ALERT_KINDS, type AlertKind, type Comparison } from "./scaffold/alert";

interface ServiceCall {
  readonly title?: string;
  readonly team?: string;
  readonly tier: string;
  readonly telemetry: "opentelemetry" | "prometheus";
  readonly objective: Percent;
  readonly latency: string;
  readonly latencyObjective: Percent;
  readonly environments: readonly string[];
  readonly requestsPerSecond: number;
  readonly fromMetrics?: string;
}

interface AlertCall {
  readonly kind: AlertKind;
  readonly metric: string;
  readonly of?: string;
  readonly limit?: string;
  readonly moreThan?: number;
  readonly window: Duration;
  readonly threshold?: Percent;
  readonly severity: Alert["severity"];
  readonly for: Duration;
}

/** `tocsin new service|alert|runbook`: files that pass `tocsin check` at once. */
export function addNewCommands(scaffold: Command, catalogue: Catalogue): void {
  scaffold.hook("preAction", () => finishInterrupted(catalogue.root));
  addService(scaffold, catalogue);
  addAlert(scaffold, catalogue);
  scaffold
    .command("runbook")
    .description(
      "a file that adds to the default runbook of that name, or a procedure that no alert leads to",
    )
    .argument("<service>", "a service that there is")
    .argument("<slug>", "the name of its file, such as queue-depth-high", read.slug)
    .action((service: string, slug: string) => newRunbookCommand(catalogue, service, slug));
}

const FORMATS: Readonly<Record<Format, string>> = {
  sloth: "a specification of Sloth, prometheus/v1 or PrometheusServiceLevel",
  openslo: "a specification of OpenSLO, v1 or v1alpha, whose data source is Prometheus",
};

/** `tocsin import sloth|openslo`: services of other programs' specifications. */
export function addImportCommands(importer: Command, catalogue: Catalogue): void {
  importer.hook("preAction", () => finishInterrupted(catalogue.root));
  for (const [format, description] of Object.entries(FORMATS) as [Format, string][]) {
    const command = importer
      .command(format)
      .description(`${description}; ends with 1 where something of it is left out`)
      .argument("<file>", "its YAML")
      .option("--team <team>", "who is woken; the id of the service by default", read.slug)
      .option("--job <name>", "value of the label job; that of the queries, or the id, by default")
      .addOption(environmentsOf(catalogue));
    if (format === "sloth") {
      command.option(
        "--compare",
        "write nothing: play incidents to Sloth's own rules and to these, and say when each would page",
      );
    }
    command.action((file: string, { compare, ...options }: ImportOptions & { readonly compare?: true }) =>
      compare === true
        ? compareSlothCommand(catalogue, file, options)
        : importCommand(catalogue, format, file, options),
    );
  }
}

/** Where a new service lives: in every environment that has a stack, where it is not said. */
function environmentsOf(catalogue: Catalogue): Option {
  const known = Object.keys(catalogue.environments).sort();
  const played = stacksByEnvironment(catalogue).map(({ environment }) => environment);
  return new Option("--environments <list>", `of ${known.join(", ")}, with commas`)
    .argParser(read.environments(known))
    .default(known.filter((name) => played.length === 0 || played.includes(name)));
}

const telemetry = new Option("--telemetry <kind>", "whose names its metrics have")
  .conflicts("fromMetrics")
  .choices(["opentelemetry", "prometheus"])
  .default("prometheus");

function addService(scaffold: Command, catalogue: Catalogue): void {
  const known = Object.keys(catalogue.environments).sort();
  scaffold
    .command("service")
    .description("a service that answers HTTP requests, or what a page of metrics shows")
    .argument("<id>", "lower-case words joined by hyphens, such as shop", read.serviceId(known))
    .option("--title <text>", "how people call it; the id by default", read.title)
    .option("--team <team>", "who is woken, and owns the runbooks; the id by default", read.slug)
    .addOption(new Option("--tier <tier>", "how much depends on it").choices(["1", "2", "3"]).default("2"))
    .addOption(telemetry)
    .option("--from-metrics <source>", "what it exposes: the address of its /metrics, or a file of that page")
    .option(
      "--objective <percent>",
      "share of requests without a server error",
      read.pagingObjective,
      "99.9%" as const,
    )
    .option("--latency <seconds>", "what is slow", read.seconds, "0.3")
    .option(
      "--latency-objective <percent>",
      "share of requests that are not slow",
      read.objective,
      "95%" as const,
    )
    .addOption(environmentsOf(catalogue))
    .option("--requests-per-second <n>", "in normal operation, over all instances", read.perSecond, 50)
    .action((id: string, { tier, telemetry: of, latency, latencyObjective, ...rest }: ServiceCall) => {
      const { fromMetrics, ...options } = {
        ...rest,
        tier: Number(tier) as Service["tier"],
        part: of === "opentelemetry" ? ("otelHttpServer" as const) : ("httpServer" as const),
        latency: { threshold: latency, objective: latencyObjective },
      };
      return fromMetrics === undefined
        ? newServiceCommand(catalogue, id, options)
        : fromMetricsCommand(catalogue, id, fromMetrics, options);
    });
}

function addAlert(scaffold: Command, catalogue: Catalogue): void {
  scaffold
    .command("alert")
    .description(`an alert, in the service's own file; ${DOCS}/measures.md has every kind`)
    .argument("<service>", "a service that there is")
    .argument("<Name>", "in CamelCase, such as QueueDepthHigh", read.alertName)
    .addOption(
      new Option(
        "--kind <kind>",
        "gauge: above --limit; gauge-down: 0 or gone; increase: a counter grows by --more-than; threshold: a share of another gauge, --of, above --threshold",
      )
        .choices(ALERT_KINDS)
        .makeOptionMandatory(),
    )
    .requiredOption("--metric <name>", "what it reads, such as shop_queue_depth", read.metric)
    .option("--limit <n>", "for gauge", read.limit)
    .option("--more-than <n>", "for increase", read.events)
    .option("--window <duration>", "for increase", read.window, "5m")
    .option("--of <name>", "for threshold: the gauge of what there is", read.metric)
    .option("--threshold <percent>", "for threshold, such as 80%", read.share)
    .addOption(
      new Option("--severity <severity>").choices(["critical", "warning", "info"]).default("warning"),
    )
    .option("--for <duration>", "how long it must hold", read.holding, "10m")
    .action((service: string, name: string, call: AlertCall, command: Command) =>
      newAlertCommand(catalogue, service, name, {
        severity: call.severity,
        for: call.for,
        comparison: comparisonOf(call, command),
      }),
    );
}

/** What the kind compares; an option that it needs and that is not there is a wrong call. */
function comparisonOf(call: AlertCall, command: Command): Comparison {
  const needed = <T>(value: T | undefined, flag: string): T =>
    value ?? command.error(`error: an alert of kind [${call.kind}] needs ${flag}`);
  const { kind, metric: name } = call;
  switch (kind) {
    case "gauge":
      return { kind, metric: name, limit: needed(call.limit, "--limit <n>") };
    case "gauge-down":
      return { kind, metric: name };
    case "increase":
      return { kind, metric: name, moreThan: needed(call.moreThan, "--more-than <n>"), window: call.window };
    case "threshold":
      return {
        kind,
        metric: name,
        of: needed(call.of, "--of <name>"),
        threshold: needed(call.threshold, "--threshold <percent>"),
      };
  }
}
