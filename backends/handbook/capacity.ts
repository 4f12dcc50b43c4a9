import Big from "big.js";
import { carriedIn, type Carrier } from "../../slo/capacity";
import { decimal } from "../../slo/objective";
import { grouped, page, percent, share, table } from "../../generators/operations/markdown";
import type { Subject } from "../../generators/operations/subject";

/** What a service is expected to carry, and what carries it: it always does, or there would be no page. */
export function capacitySection({ service, plan }: Subject): readonly string[] {
  const rows = (service.capacity ?? []).flatMap((capacity) =>
    carriedIn(service, capacity, plan.environment.name).map(({ by, load, carrier, units, most }) => [
      capacity.title,
      by,
      `${grouped(new Big(load))} ${capacity.unit}`,
      carried(carrier, units),
      grouped(most),
      percent(new Big(load).div(most).round(4)),
      carrier.figures,
    ]),
  );
  return rows.length === 0
    ? []
    : [
        "## Capacity",
        page([
          table(["load", "expected by", "expected", "carried by", "carries", "of that", "figures are"], rows),
          "`tocsin check` refuses a projection that is not carried. What is assumed nobody has measured: a load test has to.",
        ]).trimEnd(),
      ];
}

function carried(carrier: Carrier, units: number): string {
  const each = carrier.each === undefined ? "" : ` with ${decimal(new Big(carrier.each))} each`;
  const name = carrier.kind === "autoscaler" ? `replicas of \`${carrier.job.name}\`` : carrier.name;
  return `${share(carrier.use)} of ${units} ${name}${each}`;
}
