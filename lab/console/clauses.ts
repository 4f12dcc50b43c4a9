import { parser } from "@prometheus-io/lezer-promql";
import type { Clause } from "../../console/answers";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

const JOINS = { And: "and", Or: "or", Unless: "unless" } as const;
const COMPARISONS = ["Eql", "Neq", "Gtr", "Gte", "Lss", "Lte"];

/** What stands on both sides of an operator, and which one it is. */
interface Operation {
  readonly operator: SyntaxNode;
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
}

/**
 * The conditions of a rule, as a tree: each with its two sides, so that a page can show what they are worth now.
 * @param scaled makes an expression one of the lab's clock
 */
export function clausesOf(expr: string, scaled: (expr: string) => string): Clause {
  const text = ({ from, to }: SyntaxNode): string => expr.slice(from, to);
  const read = (node: SyntaxNode): Clause => {
    const bare = withoutParentheses(node);
    const operation = operationOf(bare);
    const join = JOINS[(operation?.operator.name ?? "") as keyof typeof JOINS] as "and" | undefined;
    if (operation !== undefined && join !== undefined) {
      const parts = [operation.left, operation.right].map(read);
      // `a and b and c` is one list; a difference is no list.
      return {
        op: join,
        parts: parts.flatMap((part) => (part.op === join && join !== UNLESS ? part.parts : [part])),
      };
    }
    const compared = operation !== undefined && COMPARISONS.includes(operation.operator.name);
    return {
      op: "is",
      text: text(bare),
      whole: scaled(text(bare)),
      ...(compared
        ? {
            compared: {
              left: scaled(text(operation.left)),
              sign: text(operation.operator),
              right: scaled(text(operation.right)),
            },
          }
        : {}),
    };
  };
  return read(parser.parse(expr).topNode);
}

const UNLESS: string = JOINS.Unless;

function withoutParentheses(node: SyntaxNode): SyntaxNode {
  const inner = ["PromQL", "ParenExpr"].includes(node.name) ? childrenOf(node)[0] : undefined;
  return inner === undefined ? node : withoutParentheses(inner);
}

function operationOf(node: SyntaxNode): Operation | undefined {
  const [left, operator, ...rest] = node.name === "BinaryExpr" ? childrenOf(node) : [];
  const right = rest.at(-1);
  return left === undefined || operator === undefined || right === undefined
    ? undefined
    : { operator, left, right };
}

/** What is said of it, without remarks. */
function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== "LineComment") {
      children.push(child);
    }
  }
  return children;
}
