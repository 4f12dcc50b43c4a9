import { UnknownValueError } from "@pulumi/policy/proxy";

declare module "@pulumi/policy/proxy" {
  /** Thrown by the library's proxies when a policy reads what is not known before the deployment. */
  export class UnknownValueError extends Error {}
}

/**
 * A value as a policy meets it. An unknown one is kept apart from an absent one: the library turns a policy that
 * reads it into a note, and one unknown would silence everything else that the policy has to say.
 */
export type Field =
  | { readonly state: "known"; readonly value: unknown }
  | { readonly state: "unknown" }
  | { readonly state: "absent" };

const UNKNOWN: Field = { state: "unknown" };
const ABSENT: Field = { state: "absent" };

/** Reads below `holder`, step by step; `null` counts as absent, and so does a step into something that is no object. */
export function fieldAt(holder: unknown, ...path: readonly (string | number)[]): Field {
  try {
    let value = holder;
    for (const key of path) {
      if (!isHolder(value) || !Object.hasOwn(value, key)) {
        return ABSENT;
      }
      value = value[key];
    }
    return value === undefined || value === null ? ABSENT : { state: "known", value };
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return UNKNOWN;
    }
    throw error;
  }
}

/** The first field that is there; a later one stands in for those that are absent. */
export function firstOf(...fields: readonly Field[]): Field {
  return fields.find(({ state }) => state !== "absent") ?? ABSENT;
}

/** The fields of a list, or `undefined` when the value is none. */
export function membersOf(value: unknown): readonly Field[] | undefined {
  return Array.isArray(value)
    ? Array.from({ length: value.length }, (_, index) => fieldAt(value, index))
    : undefined;
}

/** The members of a list below `holder`; a single value stands for a list of one, as both clouds allow. */
export function fieldsAt(holder: unknown, ...path: readonly (string | number)[]): readonly Field[] {
  const field = fieldAt(holder, ...path);
  return (field.state === "known" ? membersOf(field.value) : undefined) ?? [field];
}

/** The members of a list that are known; none of what is no list. */
export function knownMembers(list: Field): readonly unknown[] {
  const members = list.state === "known" ? (membersOf(list.value) ?? []) : [];
  return members.flatMap((member) => (member.state === "known" ? [member.value] : []));
}

/** A JSON text as a value; `undefined` when it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** The keys of an object in order; reading them is safe whatever their values are. */
export function keysOf(value: unknown): readonly string[] {
  return isHolder(value) && !Array.isArray(value) ? Object.keys(value).sort() : [];
}

/** A scalar as YAML and label maps would write it; `undefined` for anything else. */
export function textOf(field: Field): string | undefined {
  if (field.state !== "known") {
    return undefined;
  }
  const { value } = field;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** What kind of thing a value is, in words that a user of YAML knows. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) {
    return "nothing";
  }
  if (typeof value === "object") {
    return Array.isArray(value) ? "a list" : "an object";
  }
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

function isHolder(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}
