import type { Percent } from "../slo/objective";
import { sloRunbooks, type Slo } from "../slo/service";
import type { Sli } from "../slo/sli";
import type { Part } from "./define-service";

/** An objective on any SLI, for what no other part says. */
export interface Objective extends Pick<Slo, "breach" | "by" | "id" | "population"> {
  /** @default - the title of the service and the id */
  readonly title?: string;
  readonly sli: Sli;
  /** A percentage, e.g. `99.9%`, or a table with a `default` and exceptions by environment. */
  readonly objective: Percent | Slo["objective"];
  /** @default "28d" */
  readonly window?: Slo["window"];
  /** @default "page" */
  readonly response?: Slo["response"];
}

/** An objective with the alerts and runbooks that follow from it. */
export function objective({
  id,
  title,
  objective: promised,
  window = "28d",
  response = "page",
  ...own
}: Objective): Part {
  return (service) => ({
    slos: [
      {
        ...own,
        id,
        title: title ?? `${service.title} ${id}`,
        objective: typeof promised === "string" ? { default: promised } : promised,
        window,
        response,
        runbooks: sloRunbooks(
          `${id}-burn`,
          own.sli.kind === "latency-ratio" ? { bucketMissing: "slo-bucket-missing" } : {},
        ),
      },
    ],
  });
}
