import type { Level } from "../slo/measure";
import type { Percent } from "../slo/objective";
import { sloRunbooks, type Slo } from "../slo/service";
import type { Part, ServiceHead } from "./define-service";
import { namesOf, podsOf, type Named } from "./names";
import { gaugeOf, watch, type Watch } from "./watch";

/** An address that is asked from outside, as a client would. */
export interface BlackboxProbe extends Named {
  /** An address with `<environment>` for its name. */
  readonly address: string;
  /** Share of the time in which it answers; no objective where it is left out. */
  readonly objective?: Percent;
}

/** Source: blackbox_exporter 0.28, `http` prober. */
export function blackboxProbe(own: BlackboxProbe): Part {
  return (service) => {
    const job = podsOf(service, namesOf(own).id("probe"), {
      instances: 1,
      probe: { module: "http-2xx", address: own.address },
    });
    const gauge = gaugeOf(
      job,
      "probe_success",
      "Whether the address answered with a status of 200 to 299.",
      1,
    );
    const measure = { kind: "level", gauge, of: "min" } as const;
    const slo = reachability(service, own, measure);
    return {
      slos: own.objective === undefined ? [] : [slo],
      ...watch(own, [probeFailing(service, own, measure, slo)]),
    };
  };
}

function reachability({ title }: ServiceHead, own: BlackboxProbe, measure: Level): Slo {
  const { id, runbook } = namesOf(own);
  return {
    id: id("reachability"),
    title: `${title} reachability`,
    population: "minutes",
    breach: "in which a client from outside gets no answer",
    sli: { kind: "time", measure, bad: { below: "1" }, minimum: "2m" },
    objective: { default: own.objective ?? "99.9%" },
    window: "28d",
    response: "page",
    runbooks: sloRunbooks(runbook("ProbeFailing")),
  };
}

function probeFailing(
  { title }: ServiceHead,
  { address, objective }: BlackboxProbe,
  measure: Level,
  slo: Slo,
): Watch {
  return {
    alert: {
      name: "ProbeFailing",
      severity: "critical",
      category: "down",
      ...(objective === undefined ? {} : { slo: slo.id }),
      measure,
      when: { below: "1" },
      for: "3m",
      summary: `${title} does not answer from outside`,
      description: `${address} gives no status of 200 to 299.`,
    },
    advice: [
      `\`curl -sv ${address}\` from here and from the cluster tells a name, a certificate or a route that is wrong from a service that is down.`,
    ],
  };
}
