import type { Mutant } from "./mutants";

/** Mutants that no test can notice, because they are the same rule in other words. */
interface Equivalent {
  /** Names of the rules. */
  readonly rules: RegExp;
  readonly what: RegExp;
  /** Why nothing differs, whatever the series are. */
  readonly proof: string;
}

const EQUIVALENT: readonly Equivalent[] = [
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
];

/** Why a mutant is the rule itself, if it is. */
export function equivalence({ rule, what }: Pick<Mutant, "rule" | "what">): string | undefined {
  const name = rule.kind === "record" ? rule.record : rule.alert;
  return EQUIVALENT.find((one) => one.rules.test(name) && one.what.test(what))?.proof;
}
