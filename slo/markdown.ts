/** What the lines of a text in Markdown are, as far as its blocks of code are told apart. */
export interface MarkdownLines {
  /** Numbers of the lines, from 0 on, that hold a heading of this level at most. */
  readonly headings: (level: number) => readonly number[];
  /** A block of code has no end, so that it takes all that follows. */
  readonly isUnclosed: boolean;
}

/** Reads a text line by line: what a block of code holds is no heading. Source: CommonMark 0.31, "Fenced code blocks". */
export function markdownLines(text: string): MarkdownLines {
  let fence = "";
  const found: { readonly line: number; readonly level: number }[] = [];
  for (const [line, content] of text.split("\n").entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(content)?.[1] ?? "";
    if (fence === "") {
      fence = mark;
      const [, signs] = /^ {0,3}(#{1,6})(?:\s|$)/.exec(content) ?? [];
      found.push(...(signs === undefined ? [] : [{ line, level: signs.length }]));
    } else if (mark.startsWith(fence)) {
      fence = "";
    }
  }
  return {
    headings: (level) => found.filter((one) => one.level <= level).map(({ line }) => line),
    isUnclosed: fence !== "",
  };
}
