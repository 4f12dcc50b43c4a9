import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { transformSync } from "esbuild";
import { evaluatePolicies, type EvaluatedResource } from "../../policies/evaluate";
import { configuredPolicies, policies } from "../../policies/registry";

const ROOT = path.resolve(__dirname, "../..");
/** What no team gets unasked. */
const OPT_IN = ["alert-reads-records-only"];
const NAMES = policies.map(({ name }) => name);

const read = (...parts: readonly string[]): string => readFileSync(path.join(ROOT, ...parts), "utf8");
const namesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();

/** The text of a section of a page. */
function section(page: string, heading: string): string {
  const [, text = ""] = page.split(`\n## ${heading}\n`);
  return text.split("\n## ")[0] ?? "";
}

/** The first block of a language in a text. */
function block(text: string, language: string): string | undefined {
  return new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(text)?.[1];
}

/** Collects what a program registers; what it does not state is not known, as at preview. */
class Recorder implements pulumi.runtime.Mocks {
  readonly resources: EvaluatedResource[] = [];

  newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
    const props = inputs as EvaluatedResource["props"];
    this.resources.push({ type, name, urn: `urn:pulumi:prod::tocsin::${type}::${name}`, props });
    return { id: undefined, state: inputs };
  }

  call(): never {
    throw new Error("An example calls no function of a provider.");
  }
}

/** The resources of an example: a rule file in a ConfigMap, or a program. */
async function resourcesOf(text: string): Promise<readonly EvaluatedResource[]> {
  const rules = block(text, "yaml");
  if (rules !== undefined) {
    const props = { data: { "example.yml": rules } };
    return [{ type: "kubernetes:core/v1:ConfigMap", name: "example", urn: "urn:example", props }];
  }
  const recorder = new Recorder();
  await pulumi.runtime.setMocks(recorder, "tocsin", "prod", true);
  const { code } = transformSync(block(text, "typescript") ?? "", { loader: "ts", format: "cjs" });
  // oxlint-disable-next-line typescript/no-implied-eval -- the text is that of our own page
  const program = new Function("require", "module", code) as (load: typeof require, module: object) => void;
  program(require, { exports: {} });
  await pulumi.runtime.disconnect();
  return recorder.resources;
}

describe("the registry", () => {
  it("names every policy once, in order", () => {
    expect(NAMES).toEqual([...new Set(NAMES)].sort());
  });

  it.each([
    ["policies/rules", ".ts"],
    ["docs/policies", ".md"],
    ["test/policies", ".test.ts"],
  ])("agrees with %s", (folder, ending) => {
    const others = ["README", "evaluate", "exceptions", "pack", "registry", "rule-text"];
    expect(namesIn(folder, ending).filter((name) => !others.includes(name))).toEqual(NAMES);
  });

  it("holds policies that stop a deployment and tell the way out", () => {
    for (const { name, enforcementLevel, description, displayName, remediationSteps } of policies) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(enforcementLevel).toBe(OPT_IN.includes(name) ? "disabled" : "mandatory");
      expect([description, displayName, remediationSteps]).not.toContain(undefined);
    }
  });
});

describe.each(
  policies.map((policy) => ({ policy, name: policy.name, page: read("docs/policies", `${policy.name}.md`) })),
)("the page of $name", ({ policy, name, page }) => {
  it("has the headings of all pages", () => {
    expect([...page.matchAll(/^##? (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      name,
      "Why",
      "What is checked",
      "Fails",
      "Passes",
      "How to mend it",
      "What is not known before the deployment",
      "How to configure it",
    ]);
    expect(page.split("\n")[2]).toBe(policy.description);
  });

  it("has an example that fails, with what is said of it", async () => {
    const text = section(page, "Fails");
    const told = JSON.parse(block(text, "json") ?? "{}") as object;
    const asked = configuredPolicies({ all: "disabled", [name]: { enforcementLevel: "mandatory", ...told } });
    const violations = await evaluatePolicies(await resourcesOf(text), asked);
    expect(violations.map(({ message }) => message.replace(`${policy.description}\n`, "")).join("\n")).toBe(
      block(text, "text")?.trimEnd(),
    );
    expect(violations.map(({ level }) => level)).toContain("mandatory");
  });

  it("has an example that every policy passes", async () => {
    const resources = await resourcesOf(section(page, "Passes"));
    expect(resources).not.toEqual([]);
    expect(await evaluatePolicies(resources)).toEqual([]);
  });

  it("lists every property with its default", () => {
    const rows = [...section(page, "How to configure it").matchAll(/^\| `(\w+)` +\| `(.+?)` +\|/gm)];
    const documented = rows.map(([, property = "", value = ""]) => [property, JSON.parse(value) as unknown]);
    const properties = Object.entries(policy.configSchema?.properties ?? {});
    expect(documented).toEqual(properties.map(([property, schema]) => [property, schema.default]));
  });
});
