import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { deadLinks } from "../support/links";
import { ROOT } from "../support/stacks";

/** What a document asks for, by its id, what answers it, and the tests that prove it. */
interface Requirement {
  readonly id: string;
  readonly answer: string;
  readonly tests: readonly string[];
}

const FILES = readdirSync(path.join(ROOT, "services"), { recursive: true, encoding: "utf8" })
  .filter((file) => path.basename(file) === "requirements.md")
  .map((file) => path.join("services", file));

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

function requirementsIn(text: string): readonly Requirement[] {
  const rows = text.split("\n").filter((line) => /^\| [A-Z]+-/.test(line));
  return rows.map((row) => {
    const [id = "", , answer = "", tests = ""] = row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
    return { id, answer, tests: tests.split("<br>") };
  });
}

/** What is wrong with a test that is named: `none: <reason>`, or a file and the title of a test in it. */
function problemsOf(named: string): readonly string[] {
  const reason = /^none(?: for the rest)?:(.*)$/.exec(named)?.[1];
  if (reason !== undefined) {
    return reason.trim() === "" ? ["says of no test why not"] : [];
  }
  const [file = "", ...title] = named.split(": ");
  if (!existsSync(path.join(ROOT, file))) {
    return [`there is no ${file}`];
  }
  const titles = [`"${title.join(": ")}"`, `"${title.join(": ").replaceAll('"', String.raw`\"`)}"`];
  const text = read(file);
  return titles.some((wanted) => text.includes(wanted)) ? [] : [`${file} has no test [${title.join(": ")}]`];
}

function faultsOf(text: string): readonly string[] {
  const requirements = requirementsIn(text);
  const ids = requirements.map(({ id }) => id);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`),
    ...requirements.flatMap(({ id, answer, tests }) => [
      ...(answer === "" ? [`${id} has no answer`] : []),
      ...tests.flatMap(problemsOf).map((problem) => `${id}: ${problem}`),
    ]),
  ];
}

// Without services there is nothing to answer.
describe("the requirements of services", () => {
  it("each have an answer, and a test that is there or a reason why not", () => {
    expect(FILES.flatMap((file) => faultsOf(read(file)).map((fault) => `${file}: ${fault}`))).toEqual([]);
  });

  it("link to what is there, and so do the corrections", () => {
    const corrections = FILES.map((file) => path.join(path.dirname(file), "corrections.md"));
    const pages = [...FILES, ...corrections].filter((file) => existsSync(path.join(ROOT, file)));
    expect(pages.flatMap((file) => deadLinks(file, read(file)))).toEqual([]);
  });

  it("have each of their errors among the corrections, once", () => {
    for (const file of FILES) {
      const errors = requirementsIn(read(file)).flatMap(({ id }) => (id.includes("-ERR-") ? [id] : []));
      const page = path.join(path.dirname(file), "corrections.md");
      const corrected = existsSync(path.join(ROOT, page))
        ? requirementsIn(read(page)).map(({ id }) => id)
        : [];
      expect([...corrected].sort()).toEqual([...errors].sort());
    }
  });

  it("are found wrong where an id is there twice, a test is not there, or a reason is missing", () => {
    const row = (tests: string): string => `| A-B-1 | what | how | ${tests} |`;
    const here = "test/contract/requirements.test.ts";
    expect(faultsOf([row(`${here}: nothing like it`), row("none: ")].join("\n"))).toEqual([
      "A-B-1 is there twice",
      `A-B-1: ${here} has no test [nothing like it]`,
      "A-B-1: says of no test why not",
    ]);
    expect(faultsOf(row("test/gone.test.ts: a"))).toEqual(["A-B-1: there is no test/gone.test.ts"]);
    expect(faultsOf(row("none: not ours to build"))).toEqual([]);
  });
});

describe("the ids of requirements", () => {
  it("stand in what answers them, and nowhere in the engine, the tests and the pages", () => {
    const prefixes = new Set(
      FILES.flatMap((file) => requirementsIn(read(file)).map(({ id }) => id.replace(/-[\d.a-z]+$/, ""))),
    );
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$|dist$)/.test(entry.name))
      .flatMap(({ name }) =>
        readdirSync(path.join(ROOT, name), { recursive: true, encoding: "utf8" }).map((file) =>
          path.join(name, file),
        ),
      )
      .filter(
        (file) =>
          /\.(?:ts|md|json|ya?ml)$/.test(file) &&
          !/node_modules|\/(?:requirements|corrections)\.md$/.test(file),
      );
    const long = [...prefixes].filter((prefix) => prefix.includes("-"));
    expect(
      folders.filter((file) => {
        const text = read(file);
        return long.some((prefix) => text.includes(`${prefix}-`));
      }),
    ).toEqual([]);
  });
});
