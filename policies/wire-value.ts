import { unknownStringValue } from "@pulumi/policy/proxy";

declare module "@pulumi/policy/proxy" {
  /** What the engine sends in place of a value that is not known yet. */
  export const unknownStringValue: string;
}

/** What stands for a value that is not known yet in an evaluation without the engine. */
interface UnknownMarker {
  readonly __pulumiUnknown: true;
}

/** Where a value stands; a text is made of it only for an error. */
interface Place {
  readonly within: Place | undefined;
  readonly key: string | number;
}

/**
 * An object as the engine would send it: unknown markers become the engine's own, absent properties go away.
 *
 * @throws Error where a value is neither plain data nor a marker
 */
export function wireRecord(record: object, within?: Place): Record<string, unknown> {
  const wired: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record) as [string, unknown][]) {
    if (value !== undefined) {
      wired[key] = wireValue(value, within, key);
    }
  }
  return wired;
}

function wireValue(value: unknown, within: Place | undefined, key: string | number): unknown {
  if (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    value === null
  ) {
    return value;
  }
  const place = { within, key };
  if (Array.isArray(value)) {
    // The engine knows no holes in a list.
    return value.map((member: unknown, index) => wireValue(member ?? null, place, index));
  }
  if (isUnknownMarker(value)) {
    return unknownStringValue;
  }
  if (isPlainObject(value)) {
    return wireRecord(value, place);
  }
  throw new Error(
    `[${pathOf(place)}] is a [${typeNameOf(value)}], which no engine sends: give plain values, and ` +
      "{ __pulumiUnknown: true } for what is not known yet.",
  );
}

function pathOf({ within, key }: Place): string {
  const parent = within === undefined ? "" : pathOf(within);
  return typeof key === "number" ? `${parent}[${key}]` : parent === "" ? key : `${parent}.${key}`;
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
