import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../../catalogue";
import { policies } from "../../policies/registry";
import { catalogueTable } from "../../tools/catalogue-table";
import { withSection } from "../../tools/marked-section";
import { policyIndex } from "../../tools/policy-index";
import { proofs } from "../../tools/proof";
import { planOf } from "../support/plan";
import { ROOT } from "../support/stacks";
import { removeFolder, runProgram, temporaryFolder } from "../support/program";

const rows = (table: string): readonly (readonly string[])[] =>
  table
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const START = "<!-- list: written by `npm run docs`; a change here is lost. -->";
const END = "<!-- end of list -->";

describe("what `npm run docs` writes", () => {
  it("is what the declarations, the schema, the plan and the policies say", async () => {
    const folder = temporaryFolder();
    try {
      const script = path.join(ROOT, "tools/render-docs.ts");
      const tsx = require.resolve("tsx/cjs");
      const { code, output } = await runProgram(process.execPath, ["--require", tsx, script, folder]);
      expect({ code, written: output.trim().split("\n").sort() }).toEqual({
        code: 0,
        written: [
          "config/stack.schema.json",
          "docs/api.md",
          "docs/configuration.md",
          "docs/policies/README.md",
          "docs/proof.md",
          "docs/receivers.md",
          "docs/recovery.md",
          "docs/services/README.md",
          "docs/size.md",
        ],
      });
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
      const read = (root: string, file: string): string => readFileSync(path.join(root, file), "utf8");
      expect(files).not.toEqual([]);
      expect(
        files
          .filter((file) => read(folder, file) !== read(ROOT, file))
          .map((file) => `${file} is out of date; write it with: npm run docs`),
      ).toEqual([]);
    } finally {
      removeFolder(folder);
    }
  }, 180_000);
});

describe("the page of what proves what", () => {
  it.each(proofs().map(({ command }) => command))("names a command that there is: %s", (command) => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const [, script, tests] = /^(?:npm run (\S+)(?: -- .+)?|npx jest (\S+))$/.exec(command) ?? [];
    const suites = readdirSync(path.join(ROOT, "test"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => `test/${file}`);
    expect(
      script === undefined
        ? suites.some((file) => tests !== undefined && file.startsWith(tests))
        : Object.hasOwn(scripts, script),
    ).toBe(true);
  });

  it("names each claim once", () => {
    const ids = proofs().map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe("a section between markers", () => {
  it("is replaced, and the rest stays", () => {
    expect(withSection(`one\n\n${START}\n\nold\n\n${END}\n\ntwo\n`, "list", "new")).toBe(
      `one\n\n${START}\n\nnew\n\n${END}\n\ntwo\n`,
    );
  });

  it.each([
    ["without markers", "one\n"],
    ["without the end", `${START}\n`],
    ["with its markers the other way round", `${END}\n${START}\n`],
    ["that is there twice", `${START}\n${END}\n${START}\n${END}\n`],
  ])("%s is refused", (_, page) => {
    expect(() => withSection(page, "list", "new")).toThrow(
      new Error(`The page needs the lines [${START}] and [${END}], once each and in this order.`),
    );
  });
});

describe("the catalogue of services", () => {
  it("has one row for each SLO, sorted", () => {
    const plan = planOf("prod", catalogue);
    const listed = rows(catalogueTable(plan)).map(([service, title]) => `${service ?? ""}: ${title ?? ""}`);
    expect(listed).toEqual(plan.slos.map(({ service, title }) => `${service}: ${title}`).sort());
  });

  it("tells who hears by the routes of the environment", () => {
    const heardIn = (stack: string): readonly (string | undefined)[] =>
      rows(catalogueTable(planOf(stack)))
        .filter(([, title]) => title === "API Gateway availability")
        .map((row) => row[4]);
    expect(heardIn("prod")).toEqual(["PagerDuty and Slack `#orders-alerts`"]);
    expect(heardIn("staging")).toEqual(["Slack `#alerts-staging`"]);
  });

  it("says so when nobody hears", () => {
    const plan = planOf("prod");
    const silent = { ...plan, routing: { ...plan.routing, receivers: [] } };
    expect(new Set(rows(catalogueTable(silent)).map((row) => row[4]))).toEqual(new Set(["nobody"]));
  });
});

describe("the index of policies", () => {
  it("has one row for each policy, with its page, its level and what it judges", () => {
    expect(rows(policyIndex())).toEqual(
      policies.map((policy) => [
        `[${policy.name}](${policy.name}.md)`,
        policy.description,
        policy.enforcementLevel,
        "validateStack" in policy ? "stack" : "resource",
      ]),
    );
  });
});
