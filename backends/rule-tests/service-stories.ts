import Big from "big.js";
import { decimal } from "../../slo/objective";
import type { Service, Slo } from "../../slo/service";
import { metricOf, matchesOf, type EventSli } from "../../slo/sli";
import { alertChecks } from "../../generators/contract-alerts";
import { sloContext } from "../../generators/slo-context";
import { BUSY, during, normal, type Scenario } from "./scenario";
import { sliKey } from "./streams";
import { latencyKey } from "./traffic";
import type { Disturbance } from "./world";

type EventSlo = Slo & { readonly sli: EventSli };

/** Stories about all rules of a service at once: what fires, and that nothing else does. */
export function serviceStories(service: Service, environment: string): readonly Scenario[] {
  const counting = service.slos.filter(
    (slo): slo is EventSlo => slo.sli.kind === "request-ratio" || slo.sli.kind === "latency-ratio",
  );
  const down = Object.fromEntries(service.slos.map(({ sli }) => [metricOf(sli).job.name, 0]));
  return [
    { sentence: "normal operation is silent", phases: [normal("55m")] },
    ...(counting.length === 0
      ? []
      : [
          {
            sentence: "every SLO burns at 30 times its budget, here and nowhere else, and recovers",
            phases: [
              during("10m", BUSY),
              during("25m", burning(service, environment, counting)),
              during("20m", BUSY),
            ],
            alsoIn: [{ cluster: "elsewhere" }, { environment: "elsewhere" }],
          },
        ]),
    ...(service.slos.length === 0
      ? []
      : [
          {
            sentence: "no target of any SLI answers",
            phases: [normal("15m"), during("30m", { up: down }), normal("10m")],
          },
        ]),
    ...renamedLabels(service),
  ];
}

/**
 * All SLOs of events at once: they count different things. More than all events cannot be bad, which is as much as a low
 * objective gets.
 */
function burning(service: Service, environment: string, slos: readonly EventSlo[]): Disturbance {
  const strictFirst = [...slos].sort((a, b) => bound(b.sli) - bound(a.sli));
  const bad = new Map<string, Big>();
  for (const slo of strictFirst) {
    const burnt = sloContext(service, slo, environment, "30s").budget.times(30);
    const share = burnt.gt(1) ? new Big(1) : burnt;
    // What is slower than a higher bound is slower than this one, too.
    const counted = strictFirst
      .filter(({ sli }) => bound(sli) > bound(slo.sli) && samePopulation(sli, slo.sli))
      .reduce((sum, { sli }) => sum.plus(bad.get(sliKey(sli)) ?? 0), new Big(0));
    bad.set(sliKey(slo.sli), share.minus(counted));
  }
  return { ...BUSY, bad: Object.fromEntries([...bad].map(([key, share]) => [key, decimal(share)])) };
}

function bound(sli: EventSli): number {
  return sli.kind === "latency-ratio" ? Number(sli.threshold) : 0;
}

/** Whether two latencies are measured on the same requests. */
function samePopulation(a: EventSli, b: EventSli): boolean {
  return (
    a.kind === "latency-ratio" &&
    b.kind === "latency-ratio" &&
    latencyKey(a.histogram, a.of, "") === latencyKey(b.histogram, b.of, "")
  );
}

/** What a release can do to labels: of each metric one by which it is read, if by any. */
function renamedLabels(service: Service): readonly Scenario[] {
  const ofAlerts = alertChecks(service).flatMap(([name, checks]) =>
    checks
      .filter(({ picked }, index) => picked || index === 0)
      .slice(-1)
      .map(({ label }) => [name, label] as const),
  );
  const ofSlis = [...service.slos].reverse().flatMap(({ sli }) => {
    const [label = Object.keys(metricOf(sli).labels)[0]] = matchesOf(sli)
      .map((match) => match.label)
      .reverse();
    return label === undefined ? [] : [[metricOf(sli).name, label] as const];
  });
  const renamed = Object.fromEntries([...ofAlerts, ...ofSlis]);
  return Object.keys(renamed).length === 0
    ? []
    : [
        {
          sentence: "labels under other names are reported, whatever else comes of them",
          phases: [normal("20m"), during("25m", { renamed }), normal("10m")],
        },
      ];
}
