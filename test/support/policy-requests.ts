import { createRequire } from "node:module";
import type { Policies } from "@pulumi/policy";
import type { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  EnforcementLevel,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { analyzerOf } from "../../policies/analyzer";

/** What the engine sends in place of a value that is not known before the deployment. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource as a test writes it down. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** What a policy said. */
export interface Said {
  readonly policy: string;
  readonly level: string;
  readonly message: string;
  /** Set where the policy named the resource, which is the engine's task unless the stack was judged. */
  readonly urn?: string;
}

type Struct = NonNullable<ReturnType<AnalyzeRequest["getProperties"]>>;

type Empty = Parameters<AnalyzerClient["getAnalyzerInfo"]>[0];

// The SDK's own copy: messages of another one would not be messages to it.
const load = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Struct: struct } = load("google-protobuf/google/protobuf/struct_pb.js") as {
  readonly Struct: { readonly fromJavaScript: (value: object) => Struct };
};
const { Empty: empty } = load("google-protobuf/google/protobuf/empty_pb.js") as {
  readonly Empty: new () => Empty;
};

/** A request that asks for nothing in particular. */
export function emptyRequest(): Empty {
  return new empty();
}

/** Plain values as a message. */
export function toStruct(value: object): Struct {
  return struct.fromJavaScript(value);
}

export function urnOf({ type, name }: Pick<Subject, "type" | "name">): string {
  return `urn:pulumi:prod::tocsin::${type}::${name}`;
}

/** A request as it comes off the wire. */
export function analyzeRequest({ type, name, props }: Subject): AnalyzeRequest {
  const request = new AnalyzeRequest()
    .setType(type)
    .setName(name)
    .setUrn(urnOf({ type, name }))
    .setProperties(toStruct(props))
    .setOptions(new AnalyzerResourceOptions());
  return AnalyzeRequest.deserializeBinary(request.serializeBinary());
}

/** The same for a whole stack. */
export function analyzeStackRequest(subjects: readonly Subject[]): AnalyzeStackRequest {
  const resources = subjects.map(({ type, name, props }) =>
    new AnalyzerResource()
      .setType(type)
      .setName(name)
      .setUrn(urnOf({ type, name }))
      .setProperties(toStruct(props))
      .setOptions(new AnalyzerResourceOptions()),
  );
  const request = new AnalyzeStackRequest().setResourcesList(resources);
  return AnalyzeStackRequest.deserializeBinary(request.serializeBinary());
}

/** What policies say of a resource, asked as the engine asks. */
export async function sayOf(subject: Subject, ...policies: Policies): Promise<readonly Said[]> {
  return saidIn(await analyzerOf(PACK, policies).analyze(analyzeRequest(subject)));
}

/** What policies say of a stack, asked as the engine asks. */
export async function sayOfStack(
  subjects: readonly Subject[],
  ...policies: Policies
): Promise<readonly Said[]> {
  const request = analyzeStackRequest(subjects);
  return saidIn(await analyzerOf(PACK, policies).analyzeStack(request.getResourcesList()));
}

export function saidIn(response: AnalyzeResponse): readonly Said[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    level: LEVELS[diagnostic.getEnforcementlevel()],
    message: diagnostic.getMessage(),
    ...(diagnostic.getUrn() === "" ? {} : { urn: diagnostic.getUrn() }),
  }));
}

const PACK = { name: "tocsin", version: "0.0.0" };

const LEVELS: Readonly<Record<EnforcementLevel, string>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.DISABLED]: "disabled",
  [EnforcementLevel.REMEDIATE]: "remediate",
};
