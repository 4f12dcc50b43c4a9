import { INTEGRATIONS } from "../receivers";
import type { Field, Integration, SecretUse as SecretUseOf } from "../receivers/integration";
import { STORE_ROLES } from "../plan/long-term";
import { own, sortedBy } from "../slo/order";
import type { Finding } from "./wording";

/** Keys of a stack below which secrets are named. */
const READERS = ["longTerm", "receivers", "remoteWrite"] as const;

/** One key of a secret for two purposes; a text that serves one of them is wrong for the other. */
export function sharedSecrets(
  seen: Readonly<Partial<Record<(typeof READERS)[number], unknown>>>,
): readonly Finding[] {
  const first = new Map<string, string>();
  const uses = READERS.flatMap((reader) => secretUses([reader], seen[reader]));
  return sortedBy(uses, ({ path }) => path.join("/")).flatMap(({ path, key, use }) => {
    const other = first.get(key) ?? use;
    first.set(key, other);
    return other === use
      ? []
      : [
          {
            path,
            message: `names a secret that is used as ${other} and as ${use}`,
            remedy: "Give each a secret of its own.",
          },
        ];
  });
}

interface SecretUse {
  readonly path: Finding["path"];
  readonly key: string;
  readonly use: string;
}

type Uses = Readonly<Record<string, Field | { readonly holds: Pick<SecretUseOf, "what"> }>>;

/** What the secrets of sections are for that are no integration. */
const SECTIONS: Readonly<Record<string, Uses>> = {
  authorization: {
    passwordSecret: { holds: { what: "a password of remote writing" } },
    tokenSecret: { holds: { what: "a token of remote writing" } },
  },
  client: { keySecret: { holds: { what: "a private key of remote writing" } } },
  deadMansSwitch: { urlSecret: { holds: { what: "the address of the dead man's switch" } } },
  digest: INTEGRATIONS.email.fields,
  keys: Object.fromEntries(
    STORE_ROLES.map((role) => [role, { holds: { what: "a key of the object store" } }] as const),
  ),
};

/** Every key of a secret below a place, with what it is for. */
function secretUses(path: Finding["path"], value: unknown): readonly SecretUse[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const kind = "kind" in value ? String(value.kind) : "";
  const fields: Uses =
    own<Integration>(INTEGRATIONS, kind)?.fields ?? own(SECTIONS, String(path.at(-1))) ?? {};
  return Object.entries(value).flatMap(([name, below]) => {
    const key = Array.isArray(value) ? Number(name) : name;
    const use = own(fields, name)?.holds?.what;
    return use === undefined || typeof below !== "string"
      ? secretUses([...path, key], below)
      : [{ path: [...path, key], key: below, use }];
  });
}
