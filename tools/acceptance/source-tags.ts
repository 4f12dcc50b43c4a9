import ts from "typescript";
import type { TextFile } from "./files";
import { idsIn, sortedTags, type Tag } from "./ids";

/** Which files may say that they build something: all sources but tests, and the runbooks. */
export const SOURCES = /^(?!test\/|tools\/|generators\/rule-tests\/)(?:.+\.ts|runbooks\/[^_].*\.md)$/;

/** Where ids are built: cited in a comment, a docstring or a field `source` of a program, or anywhere in a runbook. */
export function sourceTags(files: readonly TextFile[]): readonly Tag[] {
  return sortedTags(files.flatMap((file) => idsOf(file).map((id) => ({ id, file: file.path }))));
}

function idsOf({ path, text }: TextFile): readonly string[] {
  // Parsing takes longer than looking.
  if (idsIn(text).length === 0) {
    return [];
  }
  return path.endsWith(".md") ? idsIn(text) : [...commentsOf(text), ...sourcesOf(text)].flatMap(idsIn);
}

function commentsOf(text: string): readonly string[] {
  const file = ts.createSourceFile("", text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const { pos, end } of ranges) {
      found.set(pos, text.slice(pos, end));
    }
    node.getChildren(file).forEach(visit);
  };
  visit(file);
  return [...found.values()];
}

function sourcesOf(text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAssignment(node) &&
      node.name.getText() === "source" &&
      ts.isStringLiteralLike(node.initializer)
    ) {
      found.push(node.initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("", text, ts.ScriptTarget.Latest, true));
  return found;
}
