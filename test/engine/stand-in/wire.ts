import { createRequire } from "node:module";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import { quickStrings } from "../strings";

/** A value of a resource: JSON, in which one string stands for what is not known yet. */
export type Json = null | boolean | number | string | readonly Json[] | Properties;

/** The properties of a resource. */
export interface Properties {
  readonly [name: string]: Json;
}

/** Stands for a value that only the deployment will tell; source: plugin.UnknownStringValue of the engine. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Struct = NonNullable<ReturnType<CheckRequest["getNews"]>>;

type EmptyMessage = Parameters<Parameters<IResourceProviderServer["cancel"]>[1]>[1] & object;

// The SDK's own copy: messages of another one would not be messages to it.
const SDK = require.resolve("@pulumi/pulumi/package.json");
const requireAsSdk = createRequire(SDK);
quickStrings(SDK);
const { Struct: struct } = requireAsSdk("google-protobuf/google/protobuf/struct_pb.js") as {
  readonly Struct: { readonly fromJavaScript: (value: Properties) => Struct };
};
const { Empty } = requireAsSdk("google-protobuf/google/protobuf/empty_pb.js") as {
  readonly Empty: new () => EmptyMessage;
};

/** The message of those methods that have nothing to ask or to answer. */
export const NOTHING = new Empty();

export function toWire(properties: Properties): Struct {
  return struct.fromJavaScript(properties);
}

export function fromWire(message: Struct | undefined): Properties {
  return message === undefined ? {} : message.toJavaScript();
}

export function isObject(value: Json | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path; nothing where a part of it is missing. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (within, part) =>
      Array.isArray(within)
        ? (within as readonly Json[])[Number(part)]
        : isObject(within)
          ? within[part]
          : undefined,
    value,
  );
}

/** The text at a path; nothing where there is none, or where it is not known yet. */
export function textAt(value: Json | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" && found !== UNKNOWN ? found : undefined;
}

/** The list at a path; empty where there is none. */
export function listAt(value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}
