import type {
  EnforcementLevel,
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Alert } from "./alerts";
import { configSchema, SHARED_DEFAULTS, type OwnValue, type SharedConfig } from "./config-schema";
import { compareText } from "./order";
import { reporterOf, type Reporter } from "./reporter";
import { RULE_SOURCES } from "./rule-sources";

/** What a policy says of itself, and what it can be told. */
export interface PolicySpec<Own extends object> {
  readonly name: string;
  /** What has to be, in a sentence. */
  readonly description: string;
  readonly displayName: string;
  readonly severity: Severity;
  readonly tags: string[];
  readonly remediationSteps: string;
  readonly defaults: Own;
  /** What each of the values means. */
  readonly meanings: Readonly<Record<keyof Own, string>>;
}

/** Of a policy that has no values of its own. */
export type NoConfig = Readonly<Record<string, never>>;

/** What a policy is made with: its own values, and those that every policy has. */
export type PolicyValues<Own extends object> = Partial<Own & SharedConfig>;

/** A policy of the pack at a level and with values; what the engine is configured with comes before both. */
export type PolicyFactory = (
  enforcementLevel?: EnforcementLevel,
  values?: object,
) => ResourceValidationPolicy | StackValidationPolicy;

type Values = Readonly<Record<string, OwnValue>>;

/** A policy that is asked before each resource is made. */
export function resourcePolicy<Own extends object>(
  spec: PolicySpec<Own>,
  enforcementLevel: EnforcementLevel,
  values: PolicyValues<Own>,
  judge: (resource: ResourceValidationArgs, config: Own & SharedConfig, reporter: Reporter) => void,
): ResourceValidationPolicy {
  return {
    ...declared(spec, enforcementLevel),
    validateResource: (args, report) => {
      const config = configOf(spec, values, args.getConfig<PolicyValues<Own>>());
      judge(args, config, reporterOf(spec.description, config, report));
    },
  };
}

/** A policy about the alerts of a resource, wherever they stand in it. */
export function alertPolicy<Own extends object>(
  spec: PolicySpec<Own>,
  enforcementLevel: EnforcementLevel,
  values: PolicyValues<Own>,
  judge: (alert: Alert, subject: string, config: Own & SharedConfig, reporter: Reporter) => void,
): ResourceValidationPolicy {
  return resourcePolicy(spec, enforcementLevel, values, ({ type, name, props }, config, reporter) =>
    RULE_SOURCES.get(type)?.(props).alerts.forEach((alert) => {
      judge(alert, `Resource [${name}]: ${alert.place}`, config, reporter);
    }),
  );
}

/** A policy that is asked when everything is planned; the resources come in the order of their URNs. */
export function stackPolicy<Own extends object>(
  spec: PolicySpec<Own>,
  enforcementLevel: EnforcementLevel,
  values: PolicyValues<Own>,
  judge: (resources: readonly PolicyResource[], config: Own & SharedConfig, reporter: Reporter) => void,
): StackValidationPolicy {
  return {
    ...declared(spec, enforcementLevel),
    validateStack: (args, report) => {
      const config = configOf(spec, values, args.getConfig<PolicyValues<Own>>());
      // The engine hands the resources over in an order that varies.
      const resources = args.resources.toSorted((left, right) => compareText(left.urn, right.urn));
      judge(resources, config, reporterOf(spec.description, config, report));
    },
  };
}

function declared<Own extends object>(
  { defaults, meanings, ...spec }: PolicySpec<Own>,
  enforcementLevel: EnforcementLevel,
): Omit<ResourceValidationPolicy, "validateResource"> {
  return { ...spec, enforcementLevel, configSchema: configSchema(defaults as Values, meanings) };
}

/** The engine fills in the schema's defaults, the library does not. */
function configOf<Own extends object>(
  { defaults }: PolicySpec<Own>,
  values: PolicyValues<Own>,
  configured: PolicyValues<Own>,
): Own & SharedConfig {
  return { ...SHARED_DEFAULTS, ...defaults, ...values, ...configured };
}
