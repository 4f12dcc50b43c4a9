/** How the engine marks values on the wire. Source: the SDK's `runtime/rpc.ts`. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Stands for a value that only a deployment can know. */
interface Unknown {
  readonly __pulumiUnknown: true;
}

/** What takes the place of a secret. */
export const SECRET_MASK = "[secret]";

/** Inputs as plain values: unknowns are marked, and `secret` decides what becomes of a secret's content. */
export function plain(value: unknown, secret: (content: unknown) => unknown): unknown {
  if (value === UNKNOWN) {
    return { __pulumiUnknown: true } satisfies Unknown;
  }
  if (Array.isArray(value)) {
    return value.map((entry) => plain(entry, secret));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const record = value as Readonly<Record<string, unknown>>;
  if (record[SIGNATURE] === SECRET) {
    return secret(plain(record["value"], secret));
  }
  return Object.fromEntries(Object.entries(record).map(([key, entry]) => [key, plain(entry, secret)]));
}
