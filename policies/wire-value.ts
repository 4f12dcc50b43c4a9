import { unknownStringValue } from "@pulumi/policy/proxy";

declare module "@pulumi/policy/proxy" {
  /** What the engine sends in place of a value that is not known yet. */
  export const unknownStringValue: string;
}

/** What stands for a value that is not known yet in an evaluation without the engine. */
export interface UnknownMarker {
  readonly __pulumiUnknown: true;
}

/**
 * A plain value as the engine would send it: unknown markers become the engine's own, absent properties go away.
 *
 * @throws Error where a value is neither plain data nor a marker
 */
export function wireValue(value: unknown, path: string): unknown {
  if (value === null || value === undefined || ["string", "number", "boolean"].includes(typeof value)) {
    return value;
  }
  if (Array.isArray(value)) {
    // The engine knows no holes in a list.
    return value.map((member, index) => wireValue(member, `${path}[${index}]`) ?? null);
  }
  if (isUnknownMarker(value)) {
    return unknownStringValue;
  }
  if (isPlainObject(value)) {
    return wireRecord(value, path);
  }
  throw new Error(
    `[${path}] is a [${typeNameOf(value)}], which no engine sends: give plain values, and { __pulumiUnknown: true } ` +
      `for what is not known yet.`,
  );
}

/** The same for an object; @throws Error as {@link wireValue} does. */
export function wireRecord(record: object, path: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, wireValue(value, path === "" ? key : `${path}.${key}`)]),
  );
}

/** Also true for the SDK's own object, which is of a class. */
function isUnknownMarker(value: unknown): value is UnknownMarker {
  return (
    typeof value === "object" &&
    value !== null &&
    "__pulumiUnknown" in value &&
    value.__pulumiUnknown === true
  );
}

/** Also true for an object of another realm, such as the one that a test runner opens for each file. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function typeNameOf(value: unknown): string {
  return typeof value === "object" ? (value?.constructor.name ?? "null") : typeof value;
}
