import type { EnforcementLevel, Policies } from "@pulumi/policy";
import { AnalyzerResourceOptions, EnforcementLevel as WireLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import type { AnalyzeDiagnostic } from "@pulumi/pulumi/proto/analyzer_pb";
import { analyzerOf, type ProviderMessage, type StackResourceMessage } from "./analyzer";
import { compareText } from "./order";
import manifest from "./package.json";
import { policies as registered } from "./registry";
import { wireRecord } from "./wire-value";

/** A resource of a program that was run without the engine. */
export interface EvaluatedResource {
  /** The type token, such as `kubernetes:core/v1:ConfigMap`. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** The inputs as plain values; `{ __pulumiUnknown: true }` stands for one that is not known yet. */
  readonly props: Readonly<Record<string, unknown>>;
  /** The URN of the parent. */
  readonly parent?: string | undefined;
  /** The provider's reference, `<urn>::<id>`. */
  readonly provider?: string | undefined;
  /** The URNs that the resource depends on. */
  readonly dependencies?: readonly string[] | undefined;
}

/** What a policy has against a resource, or against the whole stack when there is no `urn`. */
export interface Violation {
  readonly policy: string;
  readonly urn?: string;
  /** `mandatory` stops a deployment, `advisory` does not. */
  readonly level: EnforcementLevel;
  /** The policy's description, and below it what is wrong and what to do. */
  readonly message: string;
}

const LEVELS: Readonly<Record<WireLevel, EnforcementLevel>> = {
  [WireLevel.ADVISORY]: "advisory",
  [WireLevel.MANDATORY]: "mandatory",
  [WireLevel.REMEDIATE]: "remediate",
  [WireLevel.DISABLED]: "disabled",
};

/**
 * Runs every policy of the pack over a program's resources, with the code that runs them under the engine and with
 * the policies' default configuration.
 *
 * @param policies default: those of the registry
 * @returns the violations, ordered by URN, policy and message
 * @throws Error when a resource holds something that is no plain value
 */
export async function evaluatePolicies(
  resources: readonly EvaluatedResource[],
  policies: Policies = registered,
): Promise<Violation[]> {
  const analyzer = analyzerOf({ name: "tocsin", version: manifest.version }, policies);
  const messages = messagesOf(resources);
  const violations: Violation[] = [];
  for (const message of messages) {
    const response = await analyzer.analyze(message);
    const found = response.getDiagnosticsList();
    violations.push(...found.map((diagnostic) => violationOf(diagnostic, message.getUrn())));
  }
  const response = await analyzer.analyzeStack(messages);
  violations.push(...response.getDiagnosticsList().map((diagnostic) => violationOf(diagnostic)));
  return violations.sort(compareViolations);
}

function messagesOf(resources: readonly EvaluatedResource[]): StackResourceMessage[] {
  const wired = resources.map((resource) => ({ resource, properties: propertiesOf(resource) }));
  const providers = new Map(
    wired.map(({ resource, properties }) => [resource.urn, providerMessage(resource, properties)]),
  );
  return wired.map(({ resource, properties }) => {
    const options = new AnalyzerResourceOptions().setParent(resource.parent ?? "");
    return {
      ...providerMessage(resource, properties),
      getOptions: () => options,
      getProvider: () => providers.get(providerUrn(resource)),
      getParent: () => resource.parent ?? "",
      getDependenciesList: () => [...(resource.dependencies ?? [])],
      getPropertydependenciesMap: () => undefined,
    };
  });
}

function propertiesOf({ props, urn }: EvaluatedResource): Readonly<Record<string, unknown>> {
  try {
    return wireRecord(props);
  } catch (cause) {
    throw new Error(`Resource [${urn}]: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

function providerMessage(
  resource: EvaluatedResource,
  properties: Readonly<Record<string, unknown>>,
): ProviderMessage {
  return {
    getType: () => resource.type,
    getName: () => resource.name,
    getUrn: () => resource.urn,
    getProperties: () => ({ toJavaScript: () => properties }),
  };
}

/** A reference is the URN and the id, and an id holds no `::`. */
function providerUrn({ provider = "" }: EvaluatedResource): string {
  return provider.slice(0, Math.max(provider.lastIndexOf("::"), 0));
}

function violationOf(diagnostic: AnalyzeDiagnostic, resourceUrn?: string): Violation {
  const urn = resourceUrn ?? diagnostic.getUrn();
  return {
    policy: diagnostic.getPolicyname(),
    ...(urn === "" ? {} : { urn }),
    level: LEVELS[diagnostic.getEnforcementlevel()],
    message: diagnostic.getMessage(),
  };
}

function compareViolations(left: Violation, right: Violation): number {
  return (
    compareText(left.urn ?? "", right.urn ?? "") ||
    compareText(left.policy, right.policy) ||
    compareText(left.message, right.message)
  );
}
