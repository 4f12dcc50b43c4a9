import { difference, type Difference } from "./difference";

/** A resource as `tocsin render` writes it down, secrets masked. */
export interface ShownResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Resources that come, go or change, by type and name. What a provider replaces in place of updating is known to
 * `pulumi preview` alone, which asks it.
 */
export function resourceDiff(before: readonly ShownResource[], after: readonly ShownResource[]): Difference {
  const real = (all: readonly ShownResource[]): readonly ShownResource[] =>
    all.filter(({ type }) => !type.startsWith("pulumi:providers:") && !type.startsWith("tocsin:"));
  return difference([real(before), real(after)], nameOf, ({ inputs: one }, { inputs: other }) => {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const changed = keys.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key])).sort();
    return changed.length === 0 ? undefined : { says: [`other ${changed.join(", ")}`] };
  });
}

function nameOf({ type, name }: ShownResource): string {
  return `${type.split(":").at(-1) ?? type} ${name}`;
}

/** Resources that hold what cannot be made again. */
export function holdsData(name: string): boolean {
  return /^(?:Bucket|StatefulSet|PersistentVolumeClaim|Namespace) /.test(name);
}
