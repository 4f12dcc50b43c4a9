import { randomBytes } from "node:crypto";
import { text as textOf } from "node:stream/consumers";
import * as z from "zod/mini";
import type { ObjectStore } from "./object-store";

const count = z.int().check(z.nonnegative());
const optional = z.optional(z.number());

/** Both, from the first run on: what fails at first must be seen to begin. */
const runs = z.strictObject({ ok: count, error: count });

/** What became of every object and of every entry that was looked at. */
export const VERDICTS = ["ok", "sha256_mismatch", "missing_object", "missing_metadata"] as const;
export type Verdict = (typeof VERDICTS)[number];
const verdicts = z.record(z.enum(VERDICTS), count);
export const NO_VERDICTS: Readonly<Record<Verdict, number>> = {
  ok: 0,
  sha256_mismatch: 0,
  missing_object: 0,
  missing_metadata: 0,
};

export const TENANT_STATES = ["fresh", "stale", "never"] as const;
export const CHECKS = ["integrity", "schema_version", "row_count", "smoke"] as const;
export type Check = (typeof CHECKS)[number];
export const SCENARIOS = ["q1_db", "q2_region", "q3_rebuild", "q4_chaos"] as const;

const drill = z.strictObject({ at: z.number(), rpoSeconds: z.number(), rtoSeconds: z.number() });
const scenario = z.enum(SCENARIOS);

/** A restore into a sandbox, as it went. */
const tried = z.strictObject({
  at: z.number(),
  tenant: z.optional(z.string()),
  seconds: z.number(),
  dataAge: optional,
  /** Why it failed; absent where it did not. */
  failed: z.optional(z.string()),
});
export type Tried = z.infer<typeof tried>;

/** What is known of a store after a run of a kind: all of it, so that nobody has to read what came before. */
const SCHEMAS = {
  backup: z.strictObject({
    runs,
    lastSuccess: optional,
    lastDuration: optional,
    recoverablePoint: optional,
    /** Of the last week, the newest last. */
    sizes: z.array(z.strictObject({ at: z.number(), bytes: count })),
    tenants: z.record(z.enum(TENANT_STATES), count),
  }),
  verify: z.strictObject({
    totals: verdicts,
    last: verdicts,
    /** Holes of a log that were found, each by the segment after it. */
    holes: z._default(z.array(z.string()), []),
  }),
  restore: z.strictObject({
    runs,
    lastSuccess: optional,
    lastDuration: optional,
    lastDataAge: optional,
    checks: z.record(z.enum(CHECKS), z.union([z.literal(0), z.literal(1)])),
    /** The newest last. */
    tests: z._default(z.array(tried), []),
  }),
  /** Of PostgreSQL's log: up to when all of it is stored, and up to when it can be played. */
  log: z.strictObject({ shipped: optional, recoverablePoint: optional }),
  drill: z.strictObject({
    scenarios: z.partialRecord(scenario, drill),
    /** The newest last. */
    held: z._default(z.array(z.extend(drill, { scenario })), []),
  }),
} as const;

export type Kind = keyof typeof SCHEMAS;
export type State<K extends Kind> = z.infer<(typeof SCHEMAS)[K]>;

/** Before any run. */
export const INITIAL: States = {
  backup: { runs: { ok: 0, error: 0 }, sizes: [], tenants: { fresh: 0, stale: 0, never: 0 } },
  verify: { totals: { ...NO_VERDICTS }, last: { ...NO_VERDICTS }, holes: [] },
  restore: {
    runs: { ok: 0, error: 0 },
    checks: { integrity: 0, schema_version: 0, row_count: 0, smoke: 0 },
    tests: [],
  },
  log: {},
  drill: { scenarios: {}, held: [] },
};

/** Later than any moment there is: what is subtracted from it sorts the newest first. */
const END = 9_999_999_999_999;

const prefixOf = (kind: Kind): string => `state/${kind}/`;

/** The newest state of a kind. @throws Error where what is there is none */
export async function readState<K extends Kind>(objects: ObjectStore, kind: K): Promise<State<K>> {
  const key = await newestKey(objects, kind);
  if (key === undefined) return INITIAL[kind];
  const found = SCHEMAS[kind].safeParse(JSON.parse(await textOf(await objects.read(key))));
  if (!found.success) throw new Error(`[${key}] is no state of [${kind}]: ${z.prettifyError(found.error)}`);
  return found.data as State<K>;
}

/** What is known of a store, by the kind of run that found it out. */
export type States = { readonly [K in Kind]: State<K> };

/** The newest states of a store. @throws Error where one that is there is none */
export async function readStates(objects: ObjectStore): Promise<States> {
  const [backup, verify, restore, drill, log] = await Promise.all([
    readState(objects, "backup"),
    readState(objects, "verify"),
    readState(objects, "restore"),
    readState(objects, "drill"),
    readState(objects, "log"),
  ]);
  return { backup, verify, restore, drill, log };
}

/**
 * Writes a state, each under a key of its own: nothing in a locked bucket is written twice. It comes after all that are
 * there, even where a clock was set back or two runs end within one tick of it.
 */
export async function writeState<K extends Kind>(
  objects: ObjectStore,
  kind: K,
  now: Date,
  state: State<K>,
): Promise<void> {
  const last = (await newestKey(objects, kind))?.slice(prefixOf(kind).length, prefixOf(kind).length + 13);
  const order = Math.min(END - now.getTime(), Number(last ?? END) - 1);
  const key = `${prefixOf(kind)}${String(order).padStart(13, "0")}_${randomBytes(4).toString("hex")}.json`;
  await objects.put(key, Buffer.from(`${JSON.stringify(state)}\n`));
}

/**
 * Writes again what is written seldom, for the bucket forgets each object after its days: a drill is held once in a
 * quarter, and dumps may be kept for a week.
 */
export async function keepStates(objects: ObjectStore, now: Date): Promise<void> {
  for (const kind of ["restore", "drill"] as const) {
    if ((await newestKey(objects, kind)) !== undefined) {
      await writeState(objects, kind, now, await readState(objects, kind));
    }
  }
}

async function newestKey(objects: ObjectStore, kind: Kind): Promise<string | undefined> {
  for await (const key of objects.list({ prefix: prefixOf(kind), limit: 1 })) return key;
  return undefined;
}
