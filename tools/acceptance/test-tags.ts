import ts from "typescript";
import { asserts, helpersOf, type Helpers } from "./assertions";
import type { TextFile } from "./files";
import { citedIn, idsIn, sortedTags, SOURCES_OF, withoutIds, type Tag } from "./ids";

/** A test that proves an id. */
export interface TestTag extends Tag {
  /** With the titles of the groups around it. */
  readonly title: string;
}

/**
 * Which files hold tests that prove something: those of the engine need a program that not everybody has, and the test of
 * these tags speaks of ids and proves none.
 */
export const TESTS = /^test\/(?!engine\/|contract\/acceptance\.).+\.test\.ts$/;

/** Ids of what a service declares, for tests that go through all of it: of an alert or SLO, by service. */
export type DeclaredSources = ReadonlyMap<string, readonly string[]>;

/** Modifiers of tests that do not run, or that pass when they fail. */
const IDLE = ["skip", "todo", "failing"];

/** Which ids tests prove: those in the titles of tests that assert something, and of groups that hold such a test. */
export function testTags(files: readonly TextFile[], declared: DeclaredSources): readonly TestTag[] {
  return sortedTags(files.flatMap((file) => provedIn(file, declared)));
}

function provedIn({ path, text }: TextFile, declared: DeclaredSources): readonly TestTag[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const helpers = helpersOf(file);
  const found: TestTag[] = [];
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    const runner = runnerOf(node);
    if (runner !== undefined && !proves(runner, helpers)) {
      return;
    }
    const titles = runner === undefined ? groups : [...groups, runner.title];
    if (runner !== undefined) {
      const own = [...idsIn(runner.title), ...declaredIn(runner.title, declared)];
      found.push(
        ...own.map((id) => ({ id, file: path, title: titles.join(" ") })),
        ...rowsIn(runner).map(({ id, title }) => ({ id, file: path, title: [...groups, title].join(" ") })),
      );
    }
    ts.forEachChild(node, (child) => visit(child, titles));
  };
  visit(file, []);
  return found;
}

/** A call of `it`, `test` or `describe`. */
interface Runner {
  readonly kind: "group" | "test";
  readonly idle: boolean;
  readonly title: string;
  readonly body: ts.Node | undefined;
  /** The rows of `.each`. */
  readonly table: ts.Node | undefined;
}

function runnerOf(node: ts.Node): Runner | undefined {
  if (!ts.isCallExpression(node)) {
    return undefined;
  }
  const { callee, table } = eachOf(node.expression);
  const [root = "", ...modifiers] = namesOf(callee);
  const [title, body] = node.arguments;
  if (!["it", "test", "describe"].includes(root) || title === undefined) {
    return undefined;
  }
  return {
    kind: root === "describe" ? "group" : "test",
    idle: modifiers.some((name) => IDLE.includes(name)),
    title: textOf(title),
    body,
    table,
  };
}

/** `it.each(rows)` and its tagged form are called once more, with the title. */
function eachOf(callee: ts.Expression): { readonly callee: ts.Expression; readonly table?: ts.Node } {
  if (ts.isCallExpression(callee)) {
    const [table] = callee.arguments;
    return { callee: callee.expression, ...(table === undefined ? {} : { table }) };
  }
  return ts.isTaggedTemplateExpression(callee) ? { callee: callee.tag, table: callee.template } : { callee };
}

/** `it.only.each` -> it, only, each. */
function namesOf(callee: ts.Expression): readonly string[] {
  if (ts.isPropertyAccessExpression(callee)) {
    return [...namesOf(callee.expression), callee.name.text];
  }
  return ts.isIdentifier(callee) ? [callee.text] : [];
}

/** What is known of a text without running anything. */
function textOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join("");
  }
  return ts.isBinaryExpression(node) ? `${textOf(node.left)}${textOf(node.right)}` : "";
}

function proves({ kind, idle, body }: Runner, helpers: Helpers): boolean {
  if (idle || body === undefined) {
    return false;
  }
  if (kind === "test") {
    const helper = ts.isIdentifier(body) ? helpers.get(body.text) : undefined;
    return asserts(helper ?? bodyOf(body), helpers);
  }
  return holdsProof(bodyOf(body), helpers);
}

function bodyOf(node: ts.Node): ts.Node {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? node.body : node;
}

function holdsProof(node: ts.Node, helpers: Helpers): boolean {
  const runner = runnerOf(node);
  return runner === undefined
    ? node.getChildren().some((child) => holdsProof(child, helpers))
    : proves(runner, helpers);
}

/** Of the rows that a placeholder in the title shows; a row that is a sentence is the title itself. */
function rowsIn({ title, table }: Runner): readonly Pick<TestTag, "id" | "title">[] {
  const shown = table !== undefined && /%[sp]|\$\w/.test(title) ? textsIn(rowsOf(table)) : [];
  return shown.flatMap((text) =>
    citedIn(text).map((id) => ({ id, title: withoutIds(text) === text ? title : text })),
  );
}

/** The value of a constant at the top of the file, where the rows are one. */
function rowsOf(table: ts.Node): ts.Node {
  const named = ts.isIdentifier(table) ? table.text : undefined;
  const constants = table
    .getSourceFile()
    .statements.filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return constants.find(({ name }) => name.getText() === named)?.initializer ?? table;
}

function textsIn(node: ts.Node): readonly string[] {
  return [...(ts.isStringLiteralLike(node) ? [node.text] : []), ...node.getChildren().flatMap(textsIn)];
}

/** Ids that a title stands for because its test goes through all alerts and SLOs. */
function declaredIn(title: string, declared: DeclaredSources): readonly string[] {
  return [...title.matchAll(SOURCES_OF)].flatMap(([, owner = ""]) =>
    owner === "every service" ? [...declared.values()].flat() : (declared.get(owner) ?? []),
  );
}
