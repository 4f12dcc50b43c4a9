import type { Problem } from "../problem";
import type { Metric, TelemetryContract } from "../telemetry";
import { checkDuration } from "./identifiers";

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Two underscores begin what Prometheus drops after relabelling. */
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** That every name of a contract can stand in an expression as it is. Source: Prometheus docs, "Data model". */
export function checkContract(path: string, contract: TelemetryContract): readonly Problem[] {
  return [
    ...(contract.scrapeInterval === undefined
      ? []
      : checkDuration(`${path}.scrapeInterval`, contract.scrapeInterval)),
    ...contract.metrics.flatMap((metric) => checkNames(`${path}.metrics.${metric.name}`, metric)),
  ];
}

function checkNames(path: string, { name, labels }: Metric): readonly Problem[] {
  return [
    ...(METRIC.test(name)
      ? []
      : [invalid(`${path}.name`, `[${name}] is not the name of a metric`, "e.g. http_requests_total")]),
    ...Object.keys(labels)
      .filter((label) => !LABEL.test(label))
      .map((label) => invalid(`${path}.labels`, `[${label}] is not the name of a label`, "e.g. http_status")),
  ];
}

function invalid(path: string, message: string, example: string): Problem {
  return {
    code: "identifier-invalid",
    path,
    message,
    remedy: `Use letters, digits and underscores, ${example}; what is exposed otherwise is renamed before it is stored.`,
  };
}
