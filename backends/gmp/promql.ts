import { parser } from "@prometheus-io/lezer-promql";
import { isDuration, milliseconds } from "../../slo/duration";

/**
 * An expression in the dialect of Google's rule evaluator, which is built on Prometheus 2.53: numbers of seconds that
 * are written as durations become plain numbers; ranges and offsets stay. It means the same to every later Prometheus.
 */
export function googleDialect(expr: string): string {
  const literals: { readonly from: number; readonly to: number }[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      if (name === "NumberDurationLiteral" && isDuration(expr.slice(from, to))) {
        literals.push({ from, to });
      }
    },
  });
  return literals.reduceRight(
    (text, { from, to }) => `${text.slice(0, from)}${seconds(expr.slice(from, to))}${text.slice(to)}`,
    expr,
  );
}

function seconds(duration: string): string {
  return String(milliseconds(duration) / 1_000);
}

/** Whether an expression selects series by something else than one exact name of a metric, which Google refuses. */
export function selectsWithoutName(expr: string): boolean {
  let found = false;
  parser.parse(expr).iterate({
    enter: ({ name, node }) => {
      found ||= name === "VectorSelector" && node.firstChild?.name !== "Identifier";
      found ||= name === "LabelName" && expr.slice(node.from, node.to) === "__name__";
    },
  });
  return found;
}
