import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Region } from "@pulumi/aws/types/enums";
import { parse } from "yaml";
import { z } from "zod";
import { keySchema, type JsonSchema } from "../../config/json-schema";
import { AWS_REGIONS } from "../../config/regions";
import { PREFIX, SECRET_KEYS, TEXT_KEYS } from "../../config/keys";
import { added, edited, fromFile, fromTree, places, replaced, stackText } from "../support/config-sources";
import { ROOT, STACKS } from "../support/stacks";

const SCHEMA_FILE = "config/stack.schema.json";

/** The committed schema as a validator; zod reads JSON schema by other code than that which writes it. */
const editor = z.fromJSONSchema(
  JSON.parse(readFileSync(path.join(ROOT, SCHEMA_FILE), "utf8")) as z.core.JSONSchema.JSONSchema,
);

function editorTakes(text: string): boolean {
  return editor.safeParse(parse(text)).success;
}

/** Every key of the schema with its path, mappings of the user's own keys included. */
function keysOf(schema: JsonSchema, above = ""): readonly (readonly [string, JsonSchema])[] {
  const below = (key: string, inner: JsonSchema): readonly (readonly [string, JsonSchema])[] => [
    [`${above}${key}`, inner],
    ...keysOf(inner, `${above}${key}.`),
  ];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => below(key, inner)),
    ...(typeof schema.additionalProperties === "object" ? below("<key>", schema.additionalProperties) : []),
    ...(schema.items === undefined ? [] : keysOf(schema.items, above)),
    ...(schema.oneOf ?? []).flatMap((option) => keysOf(option, above)),
  ];
}

describe("the schema", () => {
  it("says of every key what it means and what its form is", () => {
    const silent = keysOf(keySchema()).filter(
      ([, { description = "", form, type, oneOf, items }]) =>
        description === "" ||
        ((form ?? items?.form ?? "") === "" && type !== "object" && oneOf === undefined),
    );
    expect(keysOf(keySchema()).length).toBeGreaterThan(60);
    expect(silent.map(([key]) => key)).toEqual([]);
  });
});

describe("the regions of AWS", () => {
  it("are those of its provider", () => {
    expect(AWS_REGIONS).toEqual(Object.values(Region).sort());
  });
});

describe("the lists of keys beside the schema", () => {
  const top = Object.entries(keySchema().properties ?? {});

  it("hold every key whose value is a text, since the engine would pass it on unquoted", () => {
    const texts = top.filter(([, { type }]) => type === "string").map(([key]) => key);
    expect([...TEXT_KEYS].sort()).toEqual(texts.sort());
  });

  it("hold every key whose values are secrets", () => {
    const secret = top.filter(
      ([, { secret: own, additionalProperties: each }]) =>
        own === true || (typeof each === "object" && each.secret === true),
    );
    expect([...SECRET_KEYS].sort()).toEqual(secret.map(([key]) => `${PREFIX}${key}`).sort());
    expect(
      keysOf(keySchema())
        .filter(([, { secret: one }]) => one === true)
        .map(([key]) => key),
    ).toEqual(["secrets.<key>", "grafanaToken", "kubeconfig"]);
  });
});

describe("the schema for editors", () => {
  it.each(STACKS)("is named by the first line of %s, which follows it", (stack) => {
    const text = readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
    const [first = ""] = text.split("\n", 1);
    expect(first).toBe("# yaml-language-server: $schema=./config/stack.schema.json");
    expect(existsSync(path.join(ROOT, first.split("=")[1] ?? ""))).toBe(true);
    expect(editorTakes(text)).toBe(true);
  });

  it.each([
    ["keys of providers", added("dev", "aws:region: eu-central-1")],
    ["what the engine adds", `encryptionsalt: v1:abc\n${stackText("dev")}`],
    ["a flag as the engine's command writes it", edited("dev", ["paging: false", 'paging: "false"'])],
    [
      "ciphertexts of secrets",
      added(
        "dev",
        "tocsin:secrets: { slack-alerts: { secure: v1:abc } }",
        "tocsin:grafanaToken: { secure: v1:def }",
        "tocsin:kubeconfig: { secure: v1:ghi }",
      ),
    ],
  ])("takes %s, as the check does", (_what, text) => {
    expect(editorTakes(text)).toBe(true);
    expect(fromFile("dev", text)).toMatchObject({ ok: true });
  });

  it.each([
    ["no config", "encryptionsalt: v1:abc\n"],
    ["a key that there is none of", added("dev", "tocsin:clutser: dev-1")],
    ["a misspelt key below another", edited("dev", ["context: dev-1", "context: dev-1\n    contxt: dev-1"])],
    ["a secret in plain text", added("dev", "tocsin:secrets: { slack-alerts: hunter2 }")],
    ["a token in plain text", added("dev", "tocsin:grafanaToken: hunter2")],
    [
      "a ciphertext where everybody reads along",
      edited("dev", ["cluster: dev-1", "cluster: { secure: v1:abc }"]),
    ],
    ["keys of one cloud under the name of another", edited("dev", ["cloud: gcp", "cloud: aws"])],
  ])("refuses %s, as the check does", (_what, text) => {
    expect(editorTakes(text)).toBe(false);
    expect(fromFile("dev", text)).toMatchObject({ ok: false });
  });

  it("agrees with the check on a wrong value at any place, but for quotes that YAML wants and the engine does not", () => {
    const { config } = parse(stackText("prod")) as { readonly config: Record<string, unknown> };
    const own = Object.fromEntries(Object.entries(config).filter(([key]) => key.startsWith(PREFIX)));
    const all = places(own).flatMap((place) =>
      [null, "", "§ §", true, 7, -7.5, [[]], {}].map((wrong) => ({ place, wrong })),
    );
    const different = all.filter(({ place, wrong }) => {
      const changed = replaced(own, place, wrong);
      return editor.safeParse({ config: changed }).success !== fromTree("prod", changed).ok;
    });
    expect(all.length).toBeGreaterThan(400);
    expect(different.map(({ place, wrong }) => `${place.join(".")}: ${JSON.stringify(wrong)}`)).toEqual([
      "tocsin:cluster: true",
      "tocsin:cluster: 7",
    ]);
  });
});
