import { fieldAt, kindOf, textOf, type Field } from "../field";
import { undecided, wrong, type Finding, type StackResource } from "./finding";

/** A property that must have a value. */
export interface Expectation {
  readonly path: readonly (string | number)[];
  /** What is right, for people. */
  readonly wanted: string;
  readonly holds: (value: unknown) => boolean;
}

/** A property that must be one of a few scalars. */
export function oneOf(
  path: readonly (string | number)[],
  ...allowed: readonly (string | boolean)[]
): Expectation {
  return {
    path,
    wanted: allowed.map(String).join(" or "),
    holds: (value) => allowed.some((one) => one === value),
  };
}

/** Compares a property with what is expected of it. */
export function compare(resource: StackResource, expectation: Expectation): Finding | undefined {
  const { path, wanted, holds } = expectation;
  const field = fieldAt(resource.props, ...path);
  if (field.state === "unknown") {
    return undecided(
      resource,
      `${path.join(".")} is not known before the deployment. Write it as a literal value: ${wanted}.`,
    );
  }
  return field.state === "known" && holds(field.value)
    ? undefined
    : wrong(resource, `${path.join(".")} is ${shownField(field)}. Set it to ${wanted}.`);
}

function shownField(field: Field): string {
  if (field.state !== "known") {
    return "not set";
  }
  return `[${textOf(field) ?? kindOf(field.value)}]`;
}
