import type { AnalyzeResponse, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Policies } from "@pulumi/policy";
import { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } from "@pulumi/policy/server";

/** What the library reads of a provider; a protobuf message has it, and so has a plain object. */
export interface ProviderMessage {
  getType(): string;
  getName(): string;
  getUrn(): string;
  getProperties(): PropertiesMessage | undefined;
}

/** A protobuf Struct, or anything that gives plain values. */
interface PropertiesMessage {
  toJavaScript(): Readonly<Record<string, unknown>>;
}

/** What the library reads of a resource. */
interface ResourceMessage extends ProviderMessage {
  getOptions(): AnalyzerResourceOptions | undefined;
  getProvider(): ProviderMessage | undefined;
}

/** What the library reads of a resource when it judges the whole stack. */
export interface StackResourceMessage extends ResourceMessage {
  getParent(): string;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): PropertyDependenciesMap | undefined;
}

/** Which resources a property came from. */
interface PropertyDependenciesMap {
  entries(): Iterable<[string, { getUrnsList(): string[] }]>;
}

type Callback = (error: Error | null | undefined, response: AnalyzeResponse | undefined) => void;
type Handler<Request> = (call: { readonly request: Request }, callback: Callback) => void;
type MakeHandler<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: Policies,
) => Handler<Request>;

// The published declarations leave the internal functions out. Source: @pulumi/policy 1.21, server.js.
declare module "@pulumi/policy/server" {
  export const makeAnalyzeRpcFun: MakeHandler<ResourceMessage>;
  export const makeAnalyzeStackRpcFun: MakeHandler<{ getResourcesList(): readonly StackResourceMessage[] }>;
}

/** A pack's name and version, as they stand in its messages. */
export interface PackIdentity {
  readonly name: string;
  readonly version: string;
}

/** The two questions that the engine asks a pack. */
export interface Analyzer {
  readonly analyze: (resource: ResourceMessage) => Promise<AnalyzeResponse>;
  readonly analyzeStack: (resources: readonly StackResourceMessage[]) => Promise<AnalyzeResponse>;
}

/** The library's own analyzer over policies, without a server in between. */
export function analyzerOf(pack: PackIdentity, policies: Policies): Analyzer {
  const resource = makeAnalyzeRpcFun(pack.name, pack.version, "mandatory", policies);
  const stack = makeAnalyzeStackRpcFun(pack.name, pack.version, "mandatory", policies);
  return {
    analyze: (request) => asked(resource, request),
    analyzeStack: (resources) => asked(stack, { getResourcesList: () => resources }),
  };
}

function asked<Request>(handler: Handler<Request>, request: Request): Promise<AnalyzeResponse> {
  return new Promise((resolve, reject) => {
    handler({ request }, (error, response) => {
      if (response === undefined) {
        reject(error ?? new Error("The analyzer of @pulumi/policy gave neither an answer nor an error."));
      } else {
        resolve(response);
      }
    });
  });
}
