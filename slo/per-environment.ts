import { own } from "./order";

/** A value for every environment, with exceptions by environment name. */
export type PerEnvironment<T> = { readonly default: T } & Readonly<Record<string, T>>;

/** The value that holds in an environment. */
export function valueIn<T>(values: PerEnvironment<T>, environment: string): T {
  return own(values, environment) ?? values.default;
}
