import { storeRoles } from "../plan/long-term";
import { HOMES } from "../plan/backend";
import { asksGrafana, type MonitoringPlan } from "../plan/monitoring-plan";
import { isSecureAddress } from "../plan/address";
import { compareText } from "../slo/order";
import { keepsDigestSecret } from "../plan/digest";
import { remoteWriteSecrets } from "../plan/remote-write";
import { receiverSecrets, secretUses } from "../plan/routing";
import type { Problem } from "../slo/problem";
import type { StackSecrets } from "./environment";
import { checkKubeconfig } from "./kubeconfig";
import { configPath, PREFIX, setSecretCommand } from "./keys";
import { MASK } from "./redaction";

/** Every secret that a plan needs, in plain text; never printed. */
interface CompleteSecrets {
  /** What the stack's own Alertmanager secret holds, by key; nothing where somebody else keeps it. */
  readonly receivers: Readonly<Record<string, string>>;
  /** What the object store is asked by, by key; nothing where the cloud knows who asks. */
  readonly objectStore: Readonly<Record<string, string>>;
  /** By which others are written to, by key. */
  readonly remoteWrite: Readonly<Record<string, string>>;
  /** Absent where nothing is put into Grafana by its API. */
  readonly grafanaToken?: string;
  readonly kubeconfig?: string;
}

/** The secrets of a plan, or a problem for each that is not set, with the command that sets it. */
export type SecretsResult =
  | { readonly ok: true; readonly secrets: CompleteSecrets }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Picks what a plan needs from what a stack has.
 * @param root the folder of the program where it is about to ask its cluster, so that the kubeconfig matters
 */
export function completeSecrets(
  stack: string,
  plan: MonitoringPlan,
  set: StackSecrets,
  root: string | null = null,
): SecretsResult {
  const keys = receiverKeys(plan);
  const ofStore = objectStoreKeys(plan);
  const ofWriting = remoteWriteSecrets(plan.platform.remoteWrite);
  const grafana = asksGrafana(plan);
  const only = (of: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(of.map((key) => [key, set.receivers[key] ?? ""]));
  const unsetOf = (of: readonly string[], why: string): readonly Problem[] =>
    of.filter((key) => set.receivers[key] === undefined).map((key) => unset(stack, ["secrets", key], why));
  const problems = [
    ...keys.flatMap((key) => misused(stack, plan, key, set.receivers[key])),
    ...ofStore.flatMap((key) => noKey(stack, plan, key, set.receivers[key])),
    ...unsetOf(keys, "a receiver reads it"),
    ...unsetOf(ofStore, "the object store is asked by it"),
    ...unsetOf(ofWriting, "samples are written by it"),
    ...(grafana && set.grafanaToken === undefined
      ? [unset(stack, ["grafanaToken"], "Grafana asks for it")]
      : []),
    ...(root === null ? [] : checkKubeconfig(stack, plan.platform.kubernetes, set.kubeconfig, root)),
  ];
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  return {
    ok: true,
    secrets: {
      receivers: only(keys),
      objectStore: only(ofStore),
      remoteWrite: only(ofWriting),
      ...(grafana && set.grafanaToken !== undefined ? { grafanaToken: set.grafanaToken } : {}),
      ...(set.kubeconfig === undefined ? {} : { kubeconfig: set.kubeconfig }),
    },
  };
}

/**
 * Keys that the stack itself needs. A secret in the cluster that somebody else keeps is enough for its own
 * Alertmanager, and one that others configure needs none; who sends alerts elsewhere has to be told, and who sends reports.
 */
export function receiverKeys(plan: MonitoringPlan): readonly string[] {
  const { platform, routing, services } = plan;
  const { alertmanager, operator } = platform;
  const elsewhere = services.some(({ backend }) => !HOMES.some((home) => home === backend.alerts));
  const here = alertmanager.existingSecret === undefined && operator?.routes !== "theirs";
  const mail = keepsDigestSecret(plan) ? [plan.digest.passwordSecret] : [];
  return [...new Set([...(here || elsewhere ? receiverSecrets(routing) : []), ...mail])].sort(compareText);
}

/** Keys of what the object store is asked by. */
export function objectStoreKeys({ platform: { longTerm } }: MonitoringPlan): readonly string[] {
  const { keys } = longTerm ?? {};
  return longTerm === undefined || keys === undefined
    ? []
    : [...new Set(storeRoles(longTerm).map((role) => keys[role]))];
}

/** Keys of secrets that no receiver reads. */
export function otherKeys(plan: MonitoringPlan): readonly string[] {
  return [...objectStoreKeys(plan), ...remoteWriteSecrets(plan.platform.remoteWrite)];
}

/** A key that no object store could be asked by; what it says is not repeated. */
function noKey(
  stack: string,
  { platform: { longTerm } }: MonitoringPlan,
  key: string,
  value: string | undefined,
): readonly Problem[] {
  const google = longTerm?.bucket.cloud === "gcp";
  const fits = google ? /^\s*\{[^]*"private_key"[^]*\}\s*$/ : /^[^:\s]+:\S+$/;
  return value === undefined || value === MASK || fits.test(value)
    ? []
    : [
        {
          code: "secret-invalid",
          path: `Pulumi.${stack}.yaml: ${configPath(["secrets", key])}`,
          message: google
            ? "this secret is not the JSON of a service account of Google"
            : "this secret is not `<access key>:<secret key>`",
          remedy: `Set it anew: ${setSecretCommand(stack, ["secrets", key])}`,
        },
      ];
}

/** A secret that its receiver could do nothing with, or would send in plain text; what it says is not repeated. */
function misused(
  stack: string,
  { routing }: MonitoringPlan,
  key: string,
  value: string | undefined,
): readonly Problem[] {
  if (value === undefined || value === MASK) {
    return [];
  }
  const { is, what } = secretUses(routing).get(key) ?? { is: "text", what: "" };
  return (is === "address" && !isSecureAddress(value)) || (is === "word" && !/^[^\s/]+$/.test(value))
    ? [
        {
          code: "secret-invalid",
          path: `Pulumi.${stack}.yaml: ${configPath(["secrets", key])}`,
          message:
            is === "address"
              ? "this secret is not an https address, and a receiver posts to it"
              : `this secret is not ${what}, which is one word`,
          remedy: `Set it anew: ${setSecretCommand(stack, ["secrets", key])}`,
        },
      ]
    : [];
}

function unset(stack: string, path: readonly [string, ...string[]], why: string): Problem {
  return {
    code: "secret-unset",
    path: `Pulumi.${stack}.yaml: ${configPath(path)}`,
    message: `this secret is not set, and ${why}`,
    remedy: `Set it: ${setSecretCommand(stack, path)}`,
  };
}

/** Stands for an address that is not set or cannot be read: it belongs to nobody. Source: RFC 2606. */
const UNSET_ADDRESS = "https://unset.invalid/";

/**
 * The entries of a stack with something in the place of every secret that a plan needs and of which nobody here knows what
 * it says: one that is not set, or stands encrypted in the stack's file.
 */
export function withPlaceholders(
  entries: Readonly<Record<string, string>>,
  plan: MonitoringPlan,
  set: StackSecrets,
): Readonly<Record<string, string>> {
  const uses = secretUses(plan.routing);
  const receivers = Object.fromEntries(
    receiverKeys(plan).map((key) => [key, uses.get(key)?.is === "address" ? UNSET_ADDRESS : MASK]),
  );
  const others = Object.fromEntries(otherKeys(plan).map((key) => [key, MASK]));
  const known = Object.entries(set.receivers).filter(([, value]) => value !== MASK);
  return {
    ...entries,
    [`${PREFIX}secrets`]: JSON.stringify({ ...receivers, ...others, ...Object.fromEntries(known) }),
    [`${PREFIX}grafanaToken`]: set.grafanaToken ?? MASK,
  };
}
