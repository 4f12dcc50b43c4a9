import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { fieldAt, textOf, type Field } from "../field";
import { resourcePolicy, type PolicySpec, type PolicyValues } from "../policy";
import { parseText } from "../rule-text";
import { heldTexts } from "../texts";

/** What the policy can be told. */
export interface EnvironmentConfig {
  /** Labels that every alert of a server carries. @default ["environment"] */
  readonly labels: readonly string[];
}

const SPEC: PolicySpec<EnvironmentConfig> = {
  name: "alerts-name-their-environment",
  description: "Whatever a Prometheus sends says which environment it is from.",
  displayName: "Alerts name their environment",
  severity: "high",
  tags: ["alerting"],
  remediationSteps: "Set external_labels of the Prometheus.",
  defaults: { labels: ["environment"] },
  meanings: { labels: "External labels that every Prometheus has." },
};

const SERVER = /^kubernetes:monitoring\.coreos\.com\/v1:(?:Prometheus|PrometheusAgent)(?:Patch)?$/;

/** Who is woken by a test environment believes that it is production. Docs: docs/policies/alerts-name-their-environment.md */
export function alertsNameTheirEnvironment(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<EnvironmentConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, ({ type, name, props }, { labels }, reporter) => {
    for (const { place, label } of labelsOf(type, props)) {
      for (const wanted of labels) {
        const field = label(wanted);
        if (field.state === "unknown") {
          reporter.unchecked(
            `Resource [${name}]: the external label ${wanted} of ${place} is not known before the deployment. ` +
              "Write it as a literal text.",
          );
        } else if ((textOf(field) ?? "") === "") {
          reporter.wrong(`Resource [${name}]: ${place} has no external label ${wanted}. Set it.`);
        }
      }
    }
  });
}

interface ServerLabels {
  readonly place: string;
  readonly label: (name: string) => Field;
}

/** A server's configuration: an object of its operator, or a file that says where rules are. */
function labelsOf(type: string, props: unknown): readonly ServerLabels[] {
  if (SERVER.test(type)) {
    return [{ place: "spec", label: (name) => fieldAt(props, "spec", "externalLabels", name) }];
  }
  return heldTexts(type, props).flatMap(({ place, text }) => {
    const written = textOf(text) ?? "";
    const parsed = /^["']?rule_files["']?\s*:/m.test(written) ? parseText(written) : undefined;
    return parsed?.ok === true
      ? parsed.documents.map((document) => ({
          place,
          label: (name: string) => fieldAt(document, "global", "external_labels", name),
        }))
      : [];
  });
}
