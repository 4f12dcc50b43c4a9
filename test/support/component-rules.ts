import path from "node:path";
import ts from "typescript";

/** Names by which a program learns where it runs; a component is told what it needs. */
const AMBIENT = ["Config", "getOrganization", "getProject", "getStack", "process"];

/** What a source of `components/` does against the rules of components, as sentences. */
export function faultsIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const components = nodesIn(source, ts.isClassLike).filter(isComponent);
  return [
    ...components.flatMap((component) => faultsOfClass(component, file)),
    ...(components.length > 1 ? [`${file} holds ${components.length} components`] : []),
    ...[...new Set(nodesIn(source, ts.isIdentifier).map(({ text: name }) => name))]
      .filter((name) => AMBIENT.includes(name))
      .map((name) => `${file} asks [${name}] where it runs`),
    // Whatever is called in there might make a resource, so there is none at all.
    ...nodesIn(source, ts.isCallExpression)
      .filter(
        ({ expression }) => ts.isPropertyAccessExpression(expression) && expression.name.text === "apply",
      )
      .map(() => `${file} calls apply, in which a preview sees no resources`),
  ];
}

/** Names of the components of a source. */
export function componentsIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return nodesIn(source, ts.isClassLike)
    .filter(isComponent)
    .map((component) => component.name?.text ?? "");
}

function isComponent({ heritageClauses = ts.factory.createNodeArray() }: ts.ClassLikeDeclaration): boolean {
  return heritageClauses.some((clause) =>
    clause.types.some(({ expression }) => expression.getText().endsWith("ComponentResource")),
  );
}

function faultsOfClass(component: ts.ClassLikeDeclaration, file: string): readonly string[] {
  const name = component.name?.text ?? "a class without a name";
  const statements = component.members.find(ts.isConstructorDeclaration)?.body?.statements ?? [];
  const calls = nodesIn(component, ts.isCallExpression).filter(isRegisterOutputs);
  const last = statements.at(-1);
  return [
    ...(path.basename(file, ".ts") === kebab(name) ? [] : [`${name} lies in ${file}`]),
    ...(beginsRight(statements[0], name)
      ? []
      : [`${name} does not begin with super("tocsin:index:${name}", name, {}, opts)`]),
    ...(calls.length === 1 ? [] : [`${name} registers its outputs ${calls.length} times`]),
    ...(last !== undefined &&
    ts.isExpressionStatement(last) &&
    ts.isCallExpression(last.expression) &&
    isRegisterOutputs(last.expression)
      ? []
      : [`${name} does not end its constructor with registerOutputs`]),
  ];
}

function beginsRight(first: ts.Statement | undefined, name: string): boolean {
  return (
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    first.expression.getText() === `super("tocsin:index:${name}", name, {}, opts)`
  );
}

function isRegisterOutputs({ expression }: ts.CallExpression): boolean {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === "registerOutputs";
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function nodesIn<T extends ts.Node>(root: ts.Node, is: (node: ts.Node) => node is T): readonly T[] {
  const found: T[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) {
      found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
