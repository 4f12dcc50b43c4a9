import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { UsageError } from "./errors";

const seconds = z.int().check(z.positive());
const text = z.string().check(z.minLength(1));

/** What the sandbox of a drill asks of the restored data: a number above 0, or the drill has failed. */
const check = z.strictObject({ name: z.enum(["row_count", "smoke"]), query: text });

const common = {
  service: text,
  environment: text,
  store: text,
  bucket: z.strictObject({
    endpoint: z.url(),
    region: text,
    name: text,
    /** How a pod asks for it without a key. */
    identity: z.optional(
      z.discriminatedUnion("cloud", [
        z.strictObject({
          cloud: z.literal("aws"),
          /** ARNs of what its service account may become. */
          roles: z.strictObject({ reader: text, writer: text }),
        }),
        z.strictObject({ cloud: z.literal("gcp") }),
      ]),
    ),
  }),
  intervalSeconds: seconds,
  rpoSeconds: seconds,
  rtoSeconds: seconds,
  /** Where snapshots and sandboxes are made, on a disk that may be lost. */
  scratch: text,
  checks: z.array(check),
};

const schema = z.discriminatedUnion("kind", [
  /** One folder for each tenant below `folder`, and in it its database `file`. */
  z.strictObject({
    ...common,
    kind: z.literal("sqlite-per-tenant"),
    folder: text,
    file: text,
    runs: z.enum(["cluster", "machine"]),
  }),
  /** The files of a Prometheus or an Alertmanager, below `folder`. */
  z.strictObject({
    ...common,
    kind: z.literal("server"),
    server: z.enum(["prometheus", "alertmanager"]),
    folder: text,
  }),
  /** What PostgreSQL's own programs have written to the scratch disk. */
  z.strictObject({
    ...common,
    kind: z.literal("postgres"),
    pointInTime: z.optional(z.enum(["provider", "archive"])),
  }),
]);

/** What a store is, and where its backups go; it holds no secret. */
export type Settings = z.infer<typeof schema>;
export type SqliteSettings = Extract<Settings, { kind: "sqlite-per-tenant" }>;

export type ServerSettings = Extract<Settings, { kind: "server" }>;

/** The settings in a file. @throws UsageError where it holds none */
export function readSettings(file: string): Settings {
  return settingsIn(file, schema, "a store");
}

/** What a file of JSON holds, as its schema has it. @throws UsageError where it holds none of it */
export function settingsIn<T>(file: string, of: z.ZodMiniType<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`[${file}] cannot be read as JSON: ${String(error)}`);
  }
  const parsed = of.safeParse(value);
  if (!parsed.success) {
    throw new UsageError(`[${file}] are no settings of ${what}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
