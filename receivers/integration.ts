/** What a setting is; `config/receivers.ts` knows the form of each in a stack file. */
export type FieldForm = "channel" | "email" | "flag" | "hostAndPort" | "secretKey" | "secureAddress" | "text";

/** What a secret is for, and what it has to look like: an https address, one word, or any text. */
export interface SecretUse {
  readonly what: string;
  readonly is: "address" | "text" | "word";
}

/** A setting of an integration, as data: the configuration's schema, its page and its checks come from it. */
export interface Field {
  readonly form: FieldForm;
  /** What it means, for docs/configuration.md. */
  readonly means: string;
  /** Where absent: it has to be set. */
  readonly fallback?: string;
  /** Of a `secretKey`, whose value is the key of a secret and never the secret. */
  readonly holds?: SecretUse;
}

type Fields = Readonly<Record<string, Field>>;

/** The settings that a stack file gives for fields. */
type SettingsFor<Kind extends string, F extends Fields> = { readonly kind: Kind } & {
  readonly [Name in keyof F]: F[Name]["form"] extends "flag" ? boolean : string;
};

/** Settings of whatever kind. */
export interface AnySettings {
  readonly kind: string;
  readonly [field: string]: boolean | string;
}

/** Why somebody is written to: for alerts, whose end is sent as well; for the dead man's switch, which hears beats. */
export type Purpose = "alerts" | "heartbeat";

/** An integration in the words of who sends; `secrets` are keys of secrets by the field that wants one. */
export interface Written {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Somebody who cannot send it, and why. */
export interface Unable {
  readonly unable: string;
}

/** Where the lab's stand-ins are. */
interface LabPlace {
  /** Takes what is posted for one receiver. */
  readonly post: string;
  /** Host and port of the mail server. */
  readonly smtp: string;
}

/** A notification as it reached a stand-in, in the words of every channel. */
export interface Received {
  readonly status: "firing" | "resolved";
  /** Alert names with their states. */
  readonly alerts: string;
  readonly title: string;
  readonly text: string;
  readonly links: readonly string[];
  /** One per incident, where the receiver knows incidents. */
  readonly dedupKey?: string;
}

/** What an integration is, but for its settings. */
interface Definition<Kind extends string, F extends Fields, S> {
  readonly kind: Kind;
  /** What people call it, e.g. `PagerDuty`. */
  readonly title: string;
  /** Whether it may wake somebody: an environment that pages needs one that does. */
  readonly wakes: boolean;
  readonly fields: F;
  /** Definitions of templates that its texts use, besides those of `./template`. */
  readonly templates: readonly string[];
  /** Where its messages are read, e.g. `#alerts`; undefined where only a secret knows. */
  readonly place?: (settings: S) => string;
  readonly alertmanager: {
    /** Source: Alertmanager docs, "Receiver". */
    readonly list: `${string}_configs`;
    /** The first version that has it, where that is younger than 0.27. */
    readonly since?: string;
    readonly write: (settings: S, purpose: Purpose) => Written;
  };
  readonly grafana:
    | Unable
    | {
        /** Source: the Grafana provider's `ContactPoint`. */
        readonly list: string;
        readonly write: (settings: S, purpose: Purpose) => Written;
      };
  /** Settings by which it reaches the lab's stand-ins; secrets are replaced anyway. */
  readonly inLab: (place: LabPlace) => Partial<S>;
  /** Reads what was posted for a receiver; undefined where the real one would refuse it. Absent: it comes by mail. */
  readonly received?: (body: unknown, receiver: string) => readonly Received[] | undefined;
}

/** As `Definition`, for settings of whatever kind: who looks one up by the kind of settings has the right one. */
export type Integration<Kind extends string = string, F extends Fields = Fields> = Definition<
  Kind,
  F,
  AnySettings
>;

/** The settings of an integration. */
export type SettingsOf<I> = I extends Integration<infer Kind, infer F> ? SettingsFor<Kind, F> : never;

/** An integration whose functions read the settings of its own fields. */
export function defineIntegration<const Kind extends string, const F extends Fields>(
  definition: Definition<Kind, F, SettingsFor<Kind, F>>,
): Integration<Kind, F> {
  return definition as unknown as Integration<Kind, F>;
}
