import { fieldAt, keysOf, textOf, type Field } from "./field";

/** A file that a resource of Kubernetes holds. */
export interface HeldText {
  /** Where it is, for people. */
  readonly place: string;
  readonly key: string;
  readonly text: Field;
  /** Whether it stands in a Secret. */
  readonly secret: boolean;
}

const CONFIG_MAPS: readonly string[] = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"];
const SECRETS: readonly string[] = ["kubernetes:core/v1:Secret", "kubernetes:core/v1:SecretPatch"];

/** The files of a ConfigMap or a Secret, by key; of any other resource none. */
export function heldTexts(type: string, props: unknown): readonly HeldText[] {
  if (CONFIG_MAPS.includes(type)) {
    return held(props, "data", false);
  }
  return SECRETS.includes(type)
    ? [
        ...held(props, "stringData", true),
        ...held(props, "data", true).map((one) => ({ ...one, text: decoded(one.text) })),
      ]
    : [];
}

function held(props: unknown, holder: string, secret: boolean): readonly HeldText[] {
  const data = fieldAt(props, holder);
  if (data.state !== "known") {
    return data.state === "unknown" ? [{ place: holder, key: "", text: data, secret }] : [];
  }
  return keysOf(data.value).map((key) => ({
    place: `${holder} key [${key}]`,
    key,
    text: fieldAt(data.value, key),
    secret,
  }));
}

function decoded(text: Field): Field {
  const value = textOf(text);
  return value === undefined
    ? text
    : { state: "known", value: Buffer.from(value, "base64").toString("utf8") };
}
