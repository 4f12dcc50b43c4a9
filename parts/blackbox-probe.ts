import type { Percent } from "../slo/objective";
import { sloRunbooks, type Slo } from "../slo/service";
import type { Gauge, Job } from "../slo/telemetry";
import type { Part } from "./define-service";
import { namesOf, podsOf, type Named } from "./names";
import { watch } from "./watch";

/** An address that is asked from outside, as a client would. */
export interface BlackboxProbe extends Named {
  /** An address with `<environment>` for its name. */
  readonly address: string;
  /** Share of the time in which it answers; no objective where it is left out. */
  readonly objective?: Percent;
}

/** Source: blackbox_exporter 0.27, `http` prober. */
export function blackboxProbe(own: BlackboxProbe): Part {
  return (service) => {
    const { id, runbook } = namesOf(own);
    const job: Job = podsOf(service, id("probe"), {
      instances: 1,
      probe: { module: "http-2xx", address: own.address },
    });
    const gauge: Gauge = {
      type: "gauge",
      name: "probe_success",
      help: "Whether the address answered with a status of 200 to 299.",
      job,
      labels: {},
      normal: 1,
    };
    const measure = { kind: "level", gauge, of: "min" } as const;
    const slo: Slo = {
      id: id("reachability"),
      title: `${service.title} reachability`,
      population: "minutes",
      breach: "in which a client from outside gets no answer",
      source: service.source,
      sli: { kind: "time", measure, bad: { below: "1" }, minimum: "2m" },
      objective: { default: own.objective ?? "99.9%" },
      window: "28d",
      response: "page",
      runbooks: sloRunbooks(runbook("ProbeFailing")),
    };
    return {
      slos: own.objective === undefined ? [] : [slo],
      ...watch(service, own, [
        {
          name: "ProbeFailing",
          severity: "critical",
          category: "down",
          ...(own.objective === undefined ? {} : { slo: slo.id }),
          measure,
          when: { below: "1" },
          for: "3m",
          summary: `${service.title} does not answer from outside`,
          description: `${own.address} gives no status of 200 to 299.`,
          advice: [
            `\`curl -sv ${own.address}\` from here and from the cluster tells a name, a certificate or a route that is wrong from a service that is down.`,
          ],
        },
      ]),
    };
  };
}
