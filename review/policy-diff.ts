import { compareText } from "../slo/order";

/** What a policy has against a resource, as `tocsin render` writes it down. */
export interface ShownViolation {
  readonly policy: string;
  readonly level: string;
  readonly urn?: string | undefined;
  readonly message: string;
}

/** Whether a violation stops a deployment. */
export function isBlocking({ level }: Pick<ShownViolation, "level">): boolean {
  return level === "mandatory" || level === "remediate";
}

/** What the policies of one side are told, as `--policy-pack-config` has it. */
export type ShownPolicies = Readonly<Record<string, unknown>>;

/** What changes for the policies. */
export interface PolicyDiff {
  readonly appeared: readonly string[];
  readonly mended: readonly string[];
  /** Violations that stop a deployment now. */
  readonly blocking: number;
  /** Exceptions that come, go, have ended or will soon. */
  readonly exceptions: readonly string[];
}

/** So many days before it ends, an exception is somebody's work. */
const SOON_DAYS = 14;

/** Compares what the policies say of two sides; a side that was not judged has no violations to compare. */
export function policyDiff(
  [before, after]: readonly [readonly ShownViolation[] | undefined, readonly ShownViolation[] | undefined],
  configs: readonly [ShownPolicies | undefined, ShownPolicies | undefined],
  today: string,
): PolicyDiff {
  const says = ({ policy, level, message }: ShownViolation): string =>
    `${policy} (${level}): ${message.split("\n").at(-1) ?? message}`;
  const [was, is] = [before ?? [], after ?? []].map((all) => new Set(all.map(says)));
  const known = before !== undefined && after !== undefined;
  const only = (
    one: ReadonlySet<string> = new Set(),
    other: ReadonlySet<string> = new Set(),
  ): readonly string[] => (known ? [...one].filter((text) => !other.has(text)).sort(compareText) : []);
  return {
    appeared: before === undefined && after !== undefined ? [...(is ?? [])].sort(compareText) : only(is, was),
    mended: only(was, is),
    blocking: (after ?? []).filter(isBlocking).length,
    exceptions: exceptionsSay(configs, today),
  };
}

function exceptionsSay(
  [before, after]: readonly [ShownPolicies | undefined, ShownPolicies | undefined],
  today: string,
): readonly string[] {
  const [was, is] = [before, after].map((config) => exceptionsIn(config ?? {}));
  const soon = new Date(Date.parse(today) + SOON_DAYS * 86_400_000).toISOString().slice(0, 10);
  const ending = [...(is ?? [])].flatMap(([text, expires]) =>
    expires < today ? [`${text}, has **ended**`] : expires <= soon ? [`${text}, ends soon`] : [],
  );
  const added = [...(is ?? [])].flatMap(([text]) => (was?.has(text) === true ? [] : [`added: ${text}`]));
  const removed = [...(was ?? [])].flatMap(([text]) => (is?.has(text) === true ? [] : [`removed: ${text}`]));
  return [...ending, ...added, ...removed].sort(compareText);
}

/** Each exception in words, and its last day. */
function exceptionsIn(config: ShownPolicies): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(config).flatMap(([policy, values]) =>
      listOf(values, "exceptions").map((exception): [string, string] => {
        const text = (key: string): string => {
          const value = fieldOf(exception, key);
          return typeof value === "string" ? value : "?";
        };
        const expires = text("expires");
        return [
          `${policy} lets ${text("resource")} pass until ${expires} (${text("owner")}: ${text("reason")})`,
          expires,
        ];
      }),
    ),
  );
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = fieldOf(value, key);
  return Array.isArray(list) ? list : [];
}
