import ts from "typescript";

/** Functions of a test file that a test may call to assert, by name. */
export type Helpers = ReadonlyMap<string, ts.Node>;

/** The functions of a file that have a name. */
export function helpersOf(file: ts.SourceFile): Helpers {
  const found = new Map<string, ts.Node>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && node.body !== undefined) {
      found.set(node.name.text, node.body);
    }
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && isFunction(node.initializer)) {
      found.set(node.name.text, node.initializer.body);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Whether running a body reaches `expect(...).matcher(...)` about something that is no literal. */
export function asserts(node: ts.Node, helpers: Helpers, seen: ReadonlySet<string> = new Set()): boolean {
  if (ts.isBlock(node)) {
    return reachable(node.statements).some((statement) => asserts(statement, helpers, seen));
  }
  // A function that is only declared asserts where it is called.
  if (ts.isFunctionDeclaration(node) || (ts.isVariableDeclaration(node) && isFunction(node.initializer))) {
    return false;
  }
  if (ts.isIfStatement(node) && node.expression.kind === ts.SyntaxKind.FalseKeyword) {
    return node.elseStatement !== undefined && asserts(node.elseStatement, helpers, seen);
  }
  if (ts.isCallExpression(node) && (isAssertion(node) || callsHelper(node, helpers, seen))) {
    return true;
  }
  return node.getChildren().some((child) => asserts(child, helpers, seen));
}

function isFunction(node: ts.Node | undefined): node is ts.ArrowFunction | ts.FunctionExpression {
  return node !== undefined && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));
}

/** What comes after a `return` or a `throw` never runs. */
function reachable(statements: readonly ts.Statement[]): readonly ts.Statement[] {
  const end = statements.findIndex(
    (statement) => ts.isReturnStatement(statement) || ts.isThrowStatement(statement),
  );
  return end === -1 ? statements : statements.slice(0, end + 1);
}

function isAssertion({ expression }: ts.CallExpression): boolean {
  let target: ts.Expression = expression;
  let matchers = 0;
  while (ts.isPropertyAccessExpression(target)) {
    target = target.expression;
    matchers += 1;
  }
  if (!ts.isCallExpression(target) || matchers === 0) {
    return false;
  }
  const [about] = target.arguments;
  return target.expression.getText() === "expect" && about !== undefined && !isLiteral(about);
}

function isLiteral(node: ts.Expression): boolean {
  const { TrueKeyword, FalseKeyword, NullKeyword } = ts.SyntaxKind;
  return ts.isLiteralExpression(node) || [TrueKeyword, FalseKeyword, NullKeyword].includes(node.kind);
}

function callsHelper(call: ts.CallExpression, helpers: Helpers, seen: ReadonlySet<string>): boolean {
  const name = ts.isIdentifier(call.expression) ? call.expression.text : undefined;
  const body = name === undefined || seen.has(name) ? undefined : helpers.get(name);
  return name !== undefined && body !== undefined && asserts(body, helpers, new Set([...seen, name]));
}
