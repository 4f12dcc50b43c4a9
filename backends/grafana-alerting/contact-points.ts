import type { Receiver, RoutingPlan } from "../../plan/routing";
import { integrationOf } from "../../receivers";
import type { Written } from "../../receivers/integration";

/** A receiver as Grafana has it; secrets are keys, whose values belong to the engine. */
export interface ContactPoint {
  readonly name: string;
  /** Each with the list of a contact point that it stands in. */
  readonly integrations: readonly ({ readonly list: string } & Written)[];
}

/** The contact points of a plan: the receivers of Alertmanager under the same names, but those with nothing to send by. */
export function contactPoints({ receivers }: Pick<RoutingPlan, "receivers">): readonly ContactPoint[] {
  return receivers.map(contactPoint).filter(({ integrations }) => integrations.length > 0);
}

function contactPoint({ name, purpose, integrations }: Receiver): ContactPoint {
  return {
    name,
    integrations: integrations.flatMap((settings) => {
      const { grafana } = integrationOf(settings);
      if ("unable" in grafana) {
        return [];
      }
      const { fields, secrets } = grafana.write(settings, purpose);
      const silence = purpose === "alerts" ? {} : { disableResolveMessage: true };
      return [{ list: grafana.list, fields: { ...fields, ...silence }, secrets }];
    }),
  };
}
