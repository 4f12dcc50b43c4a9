import type { EnforcementLevel, PolicyConfigSchema, StackValidationPolicy } from "@pulumi/policy";
import { compareFindings } from "../buckets/finding";
import { gcsFindings } from "../buckets/gcs";
import { s3Findings } from "../buckets/s3";
import { textsSchema, UNCHECKED_SCHEMA, type UncheckedLevel } from "../config-schema";
import { reporterOf } from "../reporter";

/** What the policy can be told. */
export interface BucketConfig {
  /** Whether encryption needs a key of one's own in place of the cloud's. @default false */
  readonly customerKeys: boolean;
  /** Names of buckets and grants that are not judged, such as a bucket that is public on purpose. @default [] */
  readonly exempt: readonly string[];
  /** What becomes of something that is not known before the deployment. @default "advisory" */
  readonly unchecked: UncheckedLevel;
}

const DESCRIPTION = "A bucket is private, encrypted and keeps what is deleted.";
const DEFAULTS: BucketConfig = { customerKeys: false, exempt: [], unchecked: "advisory" };

const CONFIG_SCHEMA: PolicyConfigSchema = {
  properties: {
    customerKeys: {
      type: "boolean",
      default: DEFAULTS.customerKeys,
      description: "Whether encryption needs a key of one's own in place of the cloud's.",
    },
    exempt: textsSchema(DEFAULTS.exempt, "Names of buckets and grants that are not judged."),
    unchecked: UNCHECKED_SCHEMA,
  },
};

/** Backups hold everything that the services hold. Docs: docs/policies/bucket-is-private-and-encrypted.md */
export function bucketIsPrivateAndEncrypted(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: Partial<BucketConfig> = {},
): StackValidationPolicy {
  return {
    name: "bucket-is-private-and-encrypted",
    description: DESCRIPTION,
    displayName: "Buckets are private and encrypted",
    enforcementLevel,
    severity: "critical",
    tags: ["storage"],
    remediationSteps: "Give the bucket its side resources, each with the bucket's literal name.",
    configSchema: CONFIG_SCHEMA,
    validateStack: (args, report) => {
      // The engine fills in the schema's defaults, the library does not.
      const config = { ...DEFAULTS, ...values, ...args.getConfig<Partial<BucketConfig>>() };
      const reporter = reporterOf(DESCRIPTION, config.unchecked, report);
      const resources = args.resources.filter(({ name }) => !config.exempt.includes(name));
      [...s3Findings(resources, config), ...gcsFindings(resources, config)]
        // The engine hands the resources over in an order that varies.
        .toSorted(compareFindings)
        .forEach(({ certain, resource, message }) => {
          const say = certain ? reporter.wrong : reporter.unchecked;
          say(`Resource [${resource.name}]: ${message}`, resource.urn);
        });
    },
  };
}
