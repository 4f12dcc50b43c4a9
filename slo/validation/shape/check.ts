import type { z } from "zod";
import type { Problem } from "../../problem";
import type { Service } from "../../service";
import { serviceShape } from "./service";

/** Services that look like some, and what is wrong with the others. */
export interface ShapedServices {
  readonly services: readonly Service[];
  readonly problems: readonly Problem[];
}

/** No part of a service lies deeper. */
const DEEPEST = 40;

type Path = readonly PropertyKey[];

/**
 * Tells what is a service from what only the compiler would have refused, which nobody asks before a deployment: a key
 * that is missing or misspelt, a number for a text.
 */
export function shapedServices(all: unknown): ShapedServices {
  if (!Array.isArray(all)) {
    const said = `${seen(all)} is not a list of services`;
    return { services: [], problems: [problem("services", said, "a list of services")] };
  }
  const read = (all as readonly unknown[]).map((one, index) => ({
    one,
    problems: shapeProblems(one, index),
  }));
  return {
    services: read.flatMap(({ one, problems }) => (problems.length === 0 ? [one as Service] : [])),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function shapeProblems(service: unknown, index: number): readonly Problem[] {
  const place = `services.${nameOf(service) ?? index}`;
  const strange = [...strangeParts(service)];
  if (strange.length > 0) {
    return strange.map(({ path, says }) => problem(pathIn(place, service, path), says, PLAIN));
  }
  const { error } = serviceShape.safeParse(service);
  return (error?.issues ?? []).flatMap(findings).map(({ path, form }) => {
    const says = typeof form === "string" ? `${seen(valueAt(service, path))} is not ${form}` : form.says;
    return problem(pathIn(place, service, path), says, typeof form === "string" ? form : form.remedy);
  });
}

const PLAIN = "plain data: objects, lists, texts, numbers, true and false";

function problem(path: string, message: string, form: string): Problem {
  return {
    code: "service-malformed",
    path,
    message,
    remedy: `Write ${form}; the compiler shows the line (\`npx tsc\`).`,
  };
}

interface Finding {
  readonly path: Path;
  readonly form: string | { readonly says: string; readonly remedy: string };
}

/** A misspelt key is found at its own place. */
function findings(issue: z.core.$ZodIssue): readonly Finding[] {
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => ({
        path: [...issue.path, key],
        form: { says: `[${key}] is not a key of this`, remedy: issue.message },
      }))
    : [{ path: issue.path, form: issue.message }];
}

/** Whatever is in a service and no literal makes: what is inherited, worked out, part of itself or deeper than any part. */
function* strangeParts(
  value: unknown,
  path: Path = [],
  above: readonly unknown[] = [],
  known = new Set(),
): Generator<{ readonly path: Path; readonly says: string }> {
  if (typeof value !== "object" || value === null) {
    return;
  }
  if (above.includes(value)) {
    yield { path, says: "holds itself" };
  } else if (above.length > DEEPEST) {
    yield { path, says: "is nested deeper than any part of a service" };
  } else if (!known.has(value)) {
    known.add(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (!Array.isArray(value) && prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      yield { path, says: "inherits keys, which are easily lost" };
    }
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (property.get !== undefined) {
        yield { path: [...path, key], says: "is worked out whenever it is read" };
      }
      if (key === "__proto__") {
        yield { path: [...path, key], says: "[__proto__] is not a name that a key can have" };
      }
      yield* strangeParts(property.value, [...path, key], [...above, value], known);
    }
  }
}

/** Parts of a list are known by what they are called, as elsewhere. */
function pathIn(place: string, service: unknown, path: Path): string {
  return path.reduce<{ readonly text: string; readonly value: unknown }>(
    ({ text, value }, key) => {
      const part = valueAt(value, [key]);
      const name = Array.isArray(value) ? nameOf(part) : undefined;
      return { text: `${text}.${name ?? String(key)}`, value: part };
    },
    { text: place, value: service },
  ).text;
}

function nameOf(value: unknown): string | undefined {
  return ["id", "name", "title"]
    .map((key) => valueAt(value, [key]))
    .find((name): name is string => typeof name === "string" && name !== "");
}

/** A part as it stands there; nothing is worked out for it. */
function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === "object" && part !== null
        ? (Object.getOwnPropertyDescriptor(part, key)?.value as unknown)
        : undefined,
    value,
  );
}

/** What was found, for a message; of what has parts only its kind. */
function seen(value: unknown): string {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return `[${value}]`;
    case "undefined":
      return "[nothing]";
    case "object":
      return value === null ? "[null]" : Array.isArray(value) ? "a list" : "an object";
    case "bigint":
    case "symbol":
    case "function":
      return `a ${typeof value}`;
  }
}
