import type { ProcessSection } from "../operations";
import type { Problem } from "../problem";

/** One line of text, in characters that survive every way of copying (OMNIHUB-ERR-21). */
const LINE = /^[ -~]*[!-~][ -~]*$/;

/** Headings are addresses, so each is there once; a cell of a table stands in a column. */
export function checkProcesses(path: string, sections: readonly ProcessSection[]): readonly Problem[] {
  return sections.flatMap((section, index) => {
    const where = `${path}.${section.title}`;
    const before = sections.slice(0, index).some(({ title }) => title === section.title);
    return [
      ...(before ? [problem(where, `[${section.title}] is a heading twice`, "Keep one of the two.")] : []),
      ...texts(section)
        .filter((text) => !LINE.test(text))
        .map((text) =>
          problem(where, `[${text}] is not a line of plain text`, "Write one line of printable ASCII."),
        ),
      ...(section.kind === "table" ? checkRows(where, section) : []),
    ];
  });
}

function texts(section: ProcessSection): readonly string[] {
  const { intro, title } = section;
  return [
    title,
    ...(intro === undefined ? [] : [intro]),
    ...(section.kind === "table" ? section.columns : section.items),
    // A cell may be empty, unlike any other text.
    ...(section.kind === "table" ? section.rows.flat().filter((cell) => cell !== "") : []),
  ];
}

function checkRows(
  where: string,
  { columns, rows }: Extract<ProcessSection, { readonly kind: "table" }>,
): readonly Problem[] {
  return rows
    .filter((row) => row.length !== columns.length)
    .map((row) =>
      problem(
        where,
        `the row of [${row[0] ?? ""}] has [${row.length}] cells in [${columns.length}] columns`,
        "Give a cell for every column; an empty one is an empty text.",
      ),
    );
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "operations-invalid", path, message, remedy };
}
