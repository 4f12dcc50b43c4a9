import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { resolve, sep } from "node:path";
import { parse } from "yaml";
import type { KubernetesSettings } from "../plan/platform";
import type { Problem } from "../slo/problem";
import { findProgram, isExecutable } from "./find-program";
import { configPath, setSecretCommand } from "./keys";
import { isRecord } from "./record";
import { readTextFile } from "./read-text";

/** Bytes of a kubeconfig of hundreds of clusters with their certificates. */
const LARGEST = 10_000_000;

/** Fields that name files. */
const FILES = ["certificate-authority", "client-certificate", "client-key", "tokenFile"];

/** Why a kubeconfig is of no use, and what it holds instead; never what may be a secret. */
interface Fault {
  readonly message: string;
  readonly remedy?: string;
}

/**
 * Looks whether the provider can read the kubeconfig of a stack, its context and the files and the program that the
 * context names. The provider itself would say so at the first object of the cluster, when everything that is not in
 * the cluster has been created.
 * @param text the kubeconfig where it is a secret; in place of the path
 * @param root the folder of the program, to which the provider's relative paths refer
 */
export function checkKubeconfig(
  stack: string,
  { kubeconfig, context }: KubernetesSettings,
  text: string | undefined,
  root: string,
): readonly Problem[] {
  const file = resolve(root, kubeconfig.replace(/^~(?=$|\/)/, homedir()));
  const read = text === undefined ? readTextFile(file, LARGEST) : { text };
  const command = `${setSecretCommand(stack, ["kubeconfig"])} < kubeconfig.yaml`;
  const faults: readonly Fault[] =
    "text" in read
      ? faultsOf(read.text, context, root, text === undefined)
      : [{ message: read.code === "ENOENT" ? "is not there" : read.fault }];
  const [path, subject] =
    text === undefined
      ? ([["kubernetes", "kubeconfig"], `the kubeconfig [${file}]`] as const)
      : ([["kubeconfig"], "the kubeconfig in this secret"] as const);
  return faults.map(({ message, remedy }) => ({
    code: "kubeconfig-unusable",
    path: `Pulumi.${stack}.yaml: ${configPath(path)}`,
    message: `${subject} ${message}`,
    remedy: remedy ?? `Name a kubeconfig that is there, or set its text: ${command}`,
  }));
}

function faultsOf(text: string, name: string, root: string, tells: boolean): readonly Fault[] {
  const config = parsed(text);
  if (!isRecord(config)) return [{ message: "is not a YAML document of keys" }];
  const context = named(config["contexts"], name, "context");
  if (context === undefined) {
    const known = tells ? ` among [${namesIn(config["contexts"]).join(", ")}]` : "";
    return [
      {
        message: `has no context [${name}]${known}`,
        remedy: `Name one of its contexts in ${configPath(["kubernetes", "context"])}, or another kubeconfig.`,
      },
    ];
  }
  const cluster = textIn(context, "cluster");
  const user = textIn(context, "user");
  const server = named(config["clusters"], cluster, "cluster");
  const credentials = named(config["users"], user, "user");
  return [
    ...(textIn(server, "server") === "" ? [{ message: `has no server for the context [${name}]` }] : []),
    ...(user !== "" && credentials === undefined
      ? [{ message: `has no user for the context [${name}]` }]
      : []),
    ...[server, credentials].flatMap((part) => missingFiles(part, root)),
    ...missingProgram(credentials, root),
  ];
}

function missingFiles(part: Readonly<Record<string, unknown>> | undefined, root: string): readonly Fault[] {
  return FILES.map((field) => ({ field, file: textIn(part, field) }))
    .filter(({ file }) => file !== "" && !isReadable(resolve(root, file)))
    .map(({ field, file }) => ({ message: `names the ${field} [${file}], which cannot be read` }));
}

/** Clouds hand out their credentials by a program that has to be installed. */
function missingProgram(user: Readonly<Record<string, unknown>> | undefined, root: string): readonly Fault[] {
  const exec = user?.["exec"];
  const command = isRecord(exec) ? textIn(exec, "command") : "";
  const isThere = command.includes(sep)
    ? isExecutable(resolve(root, command))
    : findProgram(command, process.env) !== undefined;
  return command === "" || isThere
    ? []
    : [
        {
          message: `asks the program [${command}] for credentials, and there is no such program`,
          remedy: "Install it, or name a kubeconfig that does without.",
        },
      ];
}

/** Broken YAML is as little a kubeconfig as a list is. */
function parsed(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The entry of a name in a list of a kubeconfig, `[{ name, <kind>: {...} }]`. */
function named(list: unknown, name: string, kind: string): Readonly<Record<string, unknown>> | undefined {
  const entry = recordsIn(list).find((one) => one["name"] === name)?.[kind];
  return isRecord(entry) ? entry : undefined;
}

function namesIn(list: unknown): readonly string[] {
  return recordsIn(list).map((one) => textIn(one, "name"));
}

function recordsIn(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function textIn(record: Readonly<Record<string, unknown>> | undefined, key: string): string {
  const value = record?.[key];
  return typeof value === "string" ? value : "";
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
