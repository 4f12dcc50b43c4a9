import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { PROMETHEUS_OPERATOR } from "../../lab/toolchain/suites";
import type { ApiServer } from "./api-server";

const { go } = PROMETHEUS_OPERATOR;

/** A definition of a custom resource, as far as tests look at it. */
export interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/** Every kind of the operator, as its published module defines it. */
export function operatorDefinitions(): readonly Definition[] {
  const options = { cwd: go.folder, encoding: "utf8", env: { ...process.env, GOWORK: "off" } } as const;
  const said = execFileSync("go", ["mod", "download", "-json", `${go.module}@${go.moduleVersion}`], options);
  const { Dir } = JSON.parse(said) as { readonly Dir: string };
  const crds = path.join(Dir, "example", "prometheus-operator-crd");
  return readdirSync(crds)
    .sort()
    .map((file) => parse(readFileSync(path.join(crds, file), "utf8")) as Definition);
}

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Makes kinds known to an API server, and waits until it serves them. @throws Error with what it says instead */
export async function define(server: ApiServer, definitions: readonly Definition[]): Promise<void> {
  for (const definition of definitions) {
    const { status, text } = await server.ask("POST", DEFINITIONS, definition);
    if (status !== 201) throw new Error(`${definition.metadata.name} was refused: ${text}`);
  }
  for (const { metadata } of definitions) {
    await server.until(async () => {
      const { text } = await server.ask("GET", `${DEFINITIONS}/${metadata.name}`);
      return /"type":"Established","status":"True"/.test(text);
    }, `${metadata.name} is not served`);
  }
}
