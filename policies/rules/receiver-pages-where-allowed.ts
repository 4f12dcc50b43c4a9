import type { EnforcementLevel, ResourceValidationPolicy } from "@pulumi/policy";
import { NOT_KNOWN_YET } from "../alerts";
import { resourcePolicy, type PolicySpec, type PolicyValues } from "../policy";
import { PAGING_KINDS, sendingsOf } from "../sendings";
import { heldTexts } from "../texts";

/** What the policy can be told. */
export interface PagingConfig {
  /** Whether anybody may be woken from this environment. @default true */
  readonly pages: boolean;
  /** Integrations that wake somebody. @default the well-known pagers */
  readonly kinds: readonly string[];
}

const SPEC: PolicySpec<PagingConfig> = {
  name: "receiver-pages-where-allowed",
  description: "Nobody is woken from an environment that may not page.",
  displayName: "Receivers page where that is allowed",
  severity: "high",
  tags: ["alerting", "receivers"],
  remediationSteps: "Send the alerts of this environment to a chat or by mail.",
  defaults: { pages: true, kinds: PAGING_KINDS },
  meanings: {
    pages: "Whether anybody may be woken from this environment.",
    kinds: "Integrations that wake somebody, as Alertmanager calls them.",
  },
};

/** A test that wakes somebody at night teaches to ignore the pager. Docs: docs/policies/receiver-pages-where-allowed.md */
export function receiverPagesWhereAllowed(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<PagingConfig> = {},
): ResourceValidationPolicy {
  return resourcePolicy(SPEC, enforcementLevel, values, ({ type, name, props }, config, reporter) => {
    if (config.pages) {
      return;
    }
    for (const { place, kind } of sendingsOf(type, props).flatMap(({ integrations }) => integrations)) {
      if (config.kinds.includes(kind)) {
        reporter.wrong(
          `Resource [${name}]: ${place} wakes people by ${kind}, and this environment may not. ` +
            "Take it out, or say that the environment pages.",
        );
      }
    }
    heldTexts(type, props)
      .filter(({ key, text }) => text.state === "unknown" && /alertmanager/i.test(key))
      .forEach(({ place }) =>
        reporter.unchecked(
          `Resource [${name}]: ${place} was not checked for receivers that wake people: ${NOT_KNOWN_YET}.`,
        ),
      );
  });
}
