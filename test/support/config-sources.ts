import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { readEngineConfig } from "../../config/engine";
import { parseConfig, type ConfigResult } from "../../config/environment";
import { parseStack } from "../../config/stack-file";
import type { Environment } from "../../plan/environment";
import { formatProblems } from "../../slo/problem";
import { ENVIRONMENTS } from "../fixture/environments";
import { FIXTURE } from "./stacks";

/** A mapping of YAML or JSON. */
export type Tree = Readonly<Record<string, unknown>>;

/** What stands in a file, and what shall stand there. */
export type Change = readonly [from: string, to: string];

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SECRET_BLOCK = /^ {2}tocsin:(?:secrets|grafanaToken|kubeconfig):.*\n(?: {3,}.*\n)*/gm;
const ENCRYPTION = /^(?:encryptionsalt|encryptedkey|secretsprovider):.*\n/gm;

/** The text of a stack's file as it is before anybody sets a secret, so that tests hold after that, too. */
export function stackText(stack: string): string {
  const text = readFileSync(path.join(FIXTURE.root, `Pulumi.${stack}.yaml`), "utf8");
  return text.replaceAll(SECRET_BLOCK, "").replaceAll(ENCRYPTION, "");
}

/** The text of a stack's file after each change. @throws Error where a change finds nothing to change */
export function edited(stack: string, ...changes: readonly Change[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) {
      throw new Error(`Pulumi.${stack}.yaml no longer holds [${from}]`);
    }
    return text.replace(from, () => to);
  }, stackText(stack));
}

/** The text of a stack's file with more keys. */
export function added(stack: string, ...lines: readonly string[]): string {
  return edited(stack, ["config:\n", `config:\n${lines.map((line) => `  ${line}\n`).join("")}`]);
}

/** What every ciphertext decrypts to. */
export const DECRYPTED = "decrypted";

function isCiphertext(value: unknown): boolean {
  return isTree(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function decrypted(value: unknown): unknown {
  if (isCiphertext(value)) return DECRYPTED;
  if (Array.isArray(value)) return value.map(decrypted);
  return isTree(value)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, decrypted(entry)]))
    : value;
}

function holdsCiphertext(value: unknown): boolean {
  return (
    isCiphertext(value) ||
    (typeof value === "object" && value !== null && Object.values(value).some(holdsCiphertext))
  );
}

/**
 * What the engine makes of a stack's file, told anew and not by `config/`: text by full key, and the keys that hold a
 * secret. Source: the engine's `config.Value` and `LoadProjectStack`.
 */
export function asEngineReads(text: string): {
  readonly entries: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
} {
  return engineConfig((parse(text) as { readonly config: Tree }).config);
}

function engineConfig(config: Tree): ReturnType<typeof asEngineReads> {
  const full = Object.entries(config).map(
    ([key, value]) => [key.includes(":") ? key : `tocsin:${key}`, value] as const,
  );
  const asText = (value: unknown): string =>
    typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  return {
    entries: Object.fromEntries(full.map(([key, value]) => [key, asText(decrypted(value))])),
    secretKeys: full.filter(([, value]) => holdsCiphertext(value)).map(([key]) => key),
  };
}

/** The text of a stack's file, read through the SDK as in a deployment. */
export async function fromEngine(stack: string, text: string): Promise<ConfigResult> {
  const never = (): never => {
    throw new Error("reading the configuration registers nothing");
  };
  await pulumi.runtime.setMocks({ call: never, newResource: never }, "tocsin", stack, true);
  const { entries, secretKeys } = asEngineReads(text);
  pulumi.runtime.setAllConfig({ ...entries }, [...secretKeys]);
  return readEngineConfig(ENVIRONMENTS);
}

/** The text of a stack's file, read without the engine. */
export function fromFile(stack: string, text: string): ConfigResult {
  return parseStack(`Pulumi.${stack}.yaml`, text, ENVIRONMENTS);
}

/** What is printed of a result's problems. */
export function linesOf(result: ConfigResult): readonly string[] {
  return result.ok ? [] : formatProblems(result.problems).split("\n");
}

/** @throws Error with every problem of a result that is none */
export function environmentFrom(result: ConfigResult): Environment {
  if (!result.ok) throw new Error(formatProblems(result.problems));
  return result.environment;
}

/** As `fromFile`, of what the file's `config` says. */
export function fromTree(stack: string, config: unknown): ConfigResult {
  const { entries } = engineConfig(config as Tree);
  return parseConfig(`Pulumi.${stack}.yaml`, entries, ENVIRONMENTS);
}

/** Every place below a mapping that a value could be replaced at. */
export function places(value: unknown, above: readonly string[] = []): readonly (readonly string[])[] {
  return isTree(value)
    ? Object.entries(value).flatMap(([key, entry]) => [[...above, key], ...places(entry, [...above, key])])
    : [];
}

/** A mapping with another value at one place. */
export function replaced(value: unknown, [key, ...below]: readonly string[], by: unknown): unknown {
  const tree = isTree(value) ? value : {};
  return key === undefined ? by : { ...tree, [key]: replaced(tree[key], below, by) };
}
