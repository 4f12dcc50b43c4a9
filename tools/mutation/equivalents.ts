import { DECLARED_EQUIVALENTS } from "./declared-equivalents";
import { LEAVES_OUT_LESS, WIDER, type Equivalent } from "./equivalent";
import type { Mutant } from "./mutants";

const BEGAN_OR_ENDED = /:(?:began|ended)$/;
const BORN = /:born\w+:target$/;
/** What is recorded of an SLI's events, or for an alert, and what an alert counts itself. */
const COUNTS = /^(?:slo:sli_(?:total|error):(?:rate|increase)\w+|alert:\w+:increase\w+|[A-Z]\w+)$/;

const EQUIVALENT: readonly Equivalent[] = [
  {
    rules: BEGAN_OR_ENDED,
    what: /^\[job="[^"]+"\] at \d+ becomes \[job=~"\.\*"\]$/,
    proof:
      "Series, what targets answer and what they counted are matched by the job, and each other selector names it.",
  },
  {
    rules: BEGAN_OR_ENDED,
    what: /^\[job\] at \d+ becomes \[nothing\]$/,
    proof: "Both sides are of one job.",
  },
  {
    rules: BEGAN_OR_ENDED,
    what: /^\[\w+(?:!?=|[=!]~)"(?:[^"\\]|\\.)*"\] at \d+ becomes \[\w+=~"\.\*"\]$/,
    before: /unless \w+\{[^}]*$/,
    proof: "What unless reads more is nothing that the left side has: it matches where all labels are equal.",
  },
  {
    rules: BEGAN_OR_ENDED,
    what: LEAVES_OUT_LESS,
    before: /unless \w+\{[^}]*!(?:=|~)$/,
    proof: "What unless reads more is nothing that the left side has: it matches where all labels are equal.",
  },
  {
    rules: /:ended$/,
    what: /^\[slo_id="[^"]+"\] at \d+ becomes \[slo_id=~"\.\*"\]$/,
    proof: "Both sides of the comparison match where all labels are equal, and the other names the SLO.",
  },
  {
    rules: /:ended$/,
    what: /^\[\*\] at \d+ becomes \[\/\]$/,
    before: /\)\n$/,
    proof: "The other side is 1 or -1.",
  },
  {
    rules: BORN,
    what: /^\[slo_id="[^"]+"\] at \d+ becomes \[slo_id=~"\.\*"\]$/,
    before: /(?:unless ignoring \(part\) |<= )last_over_time\([\w:]+\{$/,
    proof: "It is compared where all labels but part are equal, and the other side names the SLO.",
  },
  {
    rules: BORN,
    what: /^\[slo_id="[^"]+"\] at \d+ becomes \[slo_id=~"\.\*"\]$/,
    before: /:ended\{$/,
    after: /^\}\[\w+\]\)(?: > 0|\s< 0\)) <= /,
    proof: "It is compared where all labels are equal, and the other side names the SLO.",
  },
  {
    rules: BORN,
    what: /^\[(?:5m\] at \d+ becomes \[10m|1h\] at \d+ becomes \[2h)\]$/,
    before: /or -\(last_over_time\([\w:]+\{[^}]*\}\[$/,
    proof:
      "It is compared with what began, of which `or` has the same series before it where nothing ended in the window.",
  },
  {
    rules: BORN,
    what: /^\["known"\] at \d+ becomes \["knownx"\]$/,
    proof: "Only that there is the label matters, and the sum has it no more.",
  },
  {
    rules: BORN,
    what: /^\[""\] at \d+ becomes \["x"\]$/,
    before: /"known", $/,
    proof: "The pattern is empty, and so is a label that nobody has.",
  },
  {
    rules: BORN,
    what: /^\[last_over_time\] at \d+ becomes \[count_over_time\]$/,
    before: /(?:unless ignoring \(part\)|and on \([^)]*\)) $/,
    proof: "Only whether there is a sample matters.",
  },
  {
    rules: BORN,
    what: /^\[job\] at \d+ becomes \[nothing\]$/,
    before: /and on \([^)]*$/,
    proof: "What an SLO records of targets is of one job.",
  },
  {
    rules: COUNTS,
    what: WIDER,
    before: /unless ignoring \(le\) \(?\w+\{[^}]*$/,
    proof: "It is matched by all labels but le with what stands before it, which has this condition.",
  },
  {
    rules: COUNTS,
    what: LEAVES_OUT_LESS,
    before: /unless ignoring \(le\) \(?\w+\{[^}]*!(?:=|~)$/,
    proof: "It is matched by all labels but le with what stands before it, which has this condition.",
  },
  {
    rules: COUNTS,
    what: /^\[le\] at \d+ becomes \[nothing\]$/,
    before: /_count\{[^}]*\}\[\w+\]\)\s+unless ignoring \($/,
    proof: "Neither side has the label le.",
  },
  {
    rules:
      /^(?:HighErrorBudgetBurnRate|ErrorBudgetBurnTicket|ErrorBudgetCaution|LowErrorBudget|ErrorBudgetExhausting)$/,
    what: /^\[slo_id="[^"]+"\] at \d+ becomes \[slo_id=~"\.\*"\]$/,
    proof:
      "Every selector of the expression stands under an operator beside one that names the SLO, and both sides match where all labels are equal, slo_id among them.",
  },
  {
    rules: /^SLIDataMissing$/,
    what: /^\[(?:last_over_time|max|count)\] at \d+ becomes \[(?:count_over_time|min|sum)\]$/,
    proof: "Only whether there is a sample matters: the value is not compared, and no text shows it.",
  },
  {
    rules: /^SLIDataMissing$/,
    what: /^\[job="[^"]+"\] at \d+ becomes \[job=~"\.\*"\]$/,
    proof: "Both sides of the operator select the job or are matched by all labels, the job among them.",
  },
  {
    rules: /^SLIDataMissing$/,
    what: /^\["job"\] at \d+ becomes \["jobx"\]$/,
    proof: "The pattern of label_replace matches every value, that of a label which is not there as well.",
  },
  ...DECLARED_EQUIVALENTS,
];

/** Why a mutant is the rule itself, if it is. */
export function equivalence({ rule, what }: Pick<Mutant, "rule" | "what">): string | undefined {
  const name = rule.kind === "record" ? rule.record : rule.alert;
  const [changed = "", at] = /^\[(.*)\] at (\d+) becomes /s.exec(what)?.slice(1) ?? [];
  const start = at === undefined ? rule.expr.length : Number(at);
  const [before, after] = [rule.expr.slice(0, start), rule.expr.slice(start + changed.length)];
  return EQUIVALENT.find(
    (one) =>
      one.rules.test(name) &&
      one.what.test(what) &&
      one.before?.test(before) !== false &&
      one.after?.test(after) !== false &&
      !(
        one.unseen === true &&
        rule.kind === "alert" &&
        /\$value/.test(Object.values(rule.annotations).join())
      ),
  )?.proof;
}
