import { join } from "node:path";
import type { z } from "zod";
import type { Problem } from "../slo/problem";
import { remedyOfKey } from "./fields";
import { readTextFile } from "./read-text";

/** Bytes; more than any such file needs. */
const LARGEST = 250_000;

/** What a file of JSON in a repository holds, nothing where there is no such file, or what is wrong with it. */
export type JsonFile<Value> =
  | { readonly ok: true; readonly value: Value | undefined }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a file of JSON by its schema.
 * @param guide the page of the docs that says what it holds
 */
export function readJsonFile<Schema extends z.ZodType>(
  root: string,
  file: string,
  schema: Schema,
  guide: string,
): JsonFile<z.infer<Schema>> {
  const problem = (keys: readonly PropertyKey[], message: string, remedy?: string): Problem => {
    const at = keys.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
    return {
      code: "configuration-invalid",
      path: at === "" ? file : `${file}: ${at.replace(/^\./, "")}`,
      message,
      remedy: `${remedy === undefined ? "" : `${remedy} `}${guide} says what it holds.`,
    };
  };
  const read = readTextFile(join(root, file), LARGEST);
  if (!("text" in read)) {
    return read.code === "ENOENT"
      ? { ok: true, value: undefined }
      : { ok: false, problems: [problem([], `the file ${read.fault}`)] };
  }
  const held = parsed(read.text);
  if ("fault" in held) {
    return { ok: false, problems: [problem([], `the file is no JSON: ${held.fault}`)] };
  }
  const { success, data, error } = schema.safeParse(held.value);
  return success
    ? { ok: true, value: data }
    : {
        ok: false,
        problems: error.issues.flatMap((issue) =>
          issue.code === "unrecognized_keys"
            ? issue.keys.map((key) =>
                problem([...issue.path, key], `[${key}] is no key of it`, remedyOfKey(key, issue)),
              )
            : [problem(issue.path, issue.message)],
        ),
      };
}

function parsed(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
