import type { Answers, Clause } from "./answers";
import { useQueries } from "./live";
import { withUnit } from "./units";

/** All questions of a tree, in order. */
function questions(clause: Clause): readonly string[] {
  if (clause.op !== "is") {
    return clause.parts.flatMap(questions);
  }
  const { whole, compared } = clause;
  return [whole, ...(compared === undefined ? [] : [compared.left, compared.right])];
}

const WORDS = { and: "all of", or: "any of", unless: "the first, unless the second" } as const;

/** The conditions of a rule with what they are worth now. */
export function ClauseTree({ clause }: { readonly clause: Clause }) {
  const asked = [...new Set(questions(clause))];
  const { value } = useQueries(asked, 2_000);
  const answers = new Map(asked.map((expr, index) => [expr, value?.[index] ?? undefined]));
  return (
    <div class="clauses">
      <ClauseNode clause={clause} answers={answers} />
    </div>
  );
}

type Known = ReadonlyMap<string, NonNullable<Answers[number]> | undefined>;

function ClauseNode({ clause, answers }: { readonly clause: Clause; readonly answers: Known }) {
  if (clause.op !== "is") {
    return (
      <div class="clause">
        <b>{WORDS[clause.op]}</b>
        <ul>
          {clause.parts.map((part, index) => (
            <li key={index}>
              <ClauseNode clause={part} answers={answers} />
            </li>
          ))}
        </ul>
      </div>
    );
  }
  const found = answers.get(clause.whole);
  const isTrue = (found ?? []).length > 0;
  return (
    <div class={`clause leaf ${isTrue ? "holds" : ""}`}>
      <span class={`state ${isTrue ? "bad" : "good"}`}>
        {found === undefined ? "asking" : isTrue ? "holds" : "does not hold"}
      </span>
      {clause.compared !== undefined && (
        <span class="compared">
          <b>{valueOf(answers.get(clause.compared.left))}</b> {clause.compared.sign}{" "}
          <b>{valueOf(answers.get(clause.compared.right))}</b>
        </span>
      )}
      <code>{clause.text}</code>
    </div>
  );
}

/** The greatest value, and of how many. */
function valueOf(series: Known extends ReadonlyMap<string, infer S> ? S : never): string {
  const values = (series ?? []).flatMap(({ points }) => points.map(([, value]) => value));
  return values.length === 0
    ? "no value"
    : `${withUnit(Math.max(...values), "short")}${values.length > 1 ? ` (most of ${values.length})` : ""}`;
}
