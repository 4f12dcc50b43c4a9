import { stringify } from "yaml";
import { placeOf } from "../../plan/environment";
import { identityKey } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS, SELF } from "../../plan/names";
import { durationOf, milliseconds, type Duration } from "../../slo/duration";
import { compareText } from "../../slo/order";
import type { Service } from "../../slo/service";
import { annotationTests } from "./annotations";
import { heartbeatCases, plannedLabels, series } from "./heartbeat-cases";
import { inputSeries } from "./input-series";
import { modelAlerts, type ModelledAlert } from "./model";
import type { Scenario } from "./scenario";
import { scenarios } from "./scenarios";
import type { Verdict } from "./verdict";
import { timeline, type Timeline } from "./world";

/** Both intervals that rule tests run at, and how often their input is sampled. */
const EVALUATIONS: readonly { readonly evaluation: Duration; readonly scrape: Duration }[] = [
  { evaluation: "30s", scrape: "30s" },
  { evaluation: "5m", scrape: "1m" },
];

/** All that fires but the heartbeat, which is asserted once, and alerts of which the model is not sure. */
function firingAlerts(unsure: readonly string[]): string {
  const names = [ALERTS.heartbeat, ...unsure];
  const op = names.length === 1 ? "!=" : "!~";
  return `ALERTS{alertstate="firing",alertname${op}"${names.join("|")}"}`;
}

/**
 * promtool tests of every service, one file per service and evaluation interval, below `tests/`. What is expected
 * comes from the model. Source: Prometheus docs, "Unit testing for rules".
 */
export function ruleTestFiles(
  plan: MonitoringPlan,
  services: readonly Service[],
): ReadonlyMap<string, string> {
  const files = services
    .filter((service) => plan.services.some((candidate) => candidate.id === service.id))
    .flatMap((service) => {
      const stories = scenarios(service, plan.environment.name);
      return EVALUATIONS.map(({ evaluation, scrape }) => {
        const own = service.id === SELF.service ? heartbeatCases(plan, scrape) : [];
        const said = new Set<string>();
        const tests = stories
          .filter((story) => story.evaluations.includes(evaluation))
          .map((story) => testCase({ plan, service, evaluation, scrape, said }, story));
        return [
          `tests/${service.id}.${evaluation}.yml`,
          testFile(plan, service.id, evaluation, [...own, ...tests]),
        ] as const;
      });
    });
  return new Map(files.sort(([a], [b]) => compareText(a, b)));
}

/** Groups run in random order unless told, and the page must see what was recorded before it. */
function testFile(
  plan: MonitoringPlan,
  file: string,
  evaluation: Duration,
  tests: readonly object[],
): string {
  return stringify(
    {
      rule_files: [`../rules/${file}.yml`],
      evaluation_interval: evaluation,
      group_eval_order: plan.ruleGroups.filter((group) => group.file === file).map((group) => group.name),
      tests,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** What the cases of a file have in common; `said` holds the alerts whose texts a case has asserted. */
interface TestFile {
  readonly plan: MonitoringPlan;
  readonly service: Service;
  readonly evaluation: Duration;
  readonly scrape: Duration;
  readonly said: Set<string>;
}

function testCase({ plan, service, evaluation, scrape, said }: TestFile, story: Scenario): object {
  const line = timeline(story.phases, scrape);
  const here = placeOf(plan.environment);
  const model = modelAlerts(service, plan.environment.name, line, {
    interval: plan.scrape.interval,
    evaluation,
  });
  const seen = moments(model, line, evaluation).map(({ step, firing, unsure }) => ({
    time: durationOf(step * line.step * 1_000),
    unsure,
    firing: firing.map((alert) => ({
      alertname: alert.alertname,
      labels: alertLabels(plan, service, alert),
    })),
  }));
  const texts = seen.flatMap(({ time, firing }) => annotationTests(plan, firing, time, said));
  return {
    name: story.sentence,
    interval: scrape,
    input_series: [
      ...inputSeries(service, here, line),
      ...(story.alsoIn ?? []).flatMap((place) => inputSeries(service, { ...here, ...place }, quiet(line))),
    ],
    promql_expr_test: seen.map(({ time, firing, unsure }) => ({
      expr: firingAlerts(unsure),
      eval_time: time,
      exp_samples: firing.map((alert) => ({ labels: series(alert), value: 1 })),
    })),
    ...(texts.length === 0 ? {} : { alert_rule_test: texts }),
  };
}

/** The same time without any disturbance. */
function quiet(line: Timeline): Timeline {
  return { ...line, phases: line.phases.map(({ lasts }) => ({ lasts })) };
}

/** A moment, the alerts that fire then, and the names of those of which the model is not sure. */
interface Moment {
  readonly step: number;
  readonly firing: readonly ModelledAlert[];
  readonly unsure: readonly string[];
}

/** The first and the last moment of every stretch in which the model says the same. */
function moments(model: readonly ModelledAlert[], line: Timeline, evaluation: Duration): readonly Moment[] {
  const stride = milliseconds(evaluation) / 1_000 / line.step;
  const all: Moment[] = [];
  for (let step = stride; step <= line.steps; step += stride) {
    const verdicts = model.map((alert) => ({ alert, verdict: alert.at(step) }));
    const of = (which: Verdict): readonly ModelledAlert[] =>
      verdicts.filter(({ verdict }) => verdict === which).map(({ alert }) => alert);
    const unsure = [...new Set(of("unsure").map(({ alertname }) => alertname))].sort(compareText);
    all.push({ step, firing: of("firing").filter(({ alertname }) => !unsure.includes(alertname)), unsure });
  }
  const key = (moment: Moment | undefined): string | undefined =>
    moment &&
    [...moment.firing.map(({ alertname, slo }) => `${alertname}/${slo}`), "|", ...moment.unsure].join();
  return all.filter(
    (moment, index) => key(moment) !== key(all[index - 1]) || key(moment) !== key(all[index + 1]),
  );
}

/** All labels of a firing alert but its name. */
function alertLabels(plan: MonitoringPlan, service: Service, modelled: ModelledAlert): Labels {
  const key = identityKey({ alertname: modelled.alertname, service: service.id, slo: modelled.slo });
  const planned = plan.alerts.find((alert) => identityKey(alert) === key);
  if (planned === undefined) {
    throw new RangeError(`the model knows [${key}] and the plan does not`);
  }
  const { sloId } = modelled;
  return {
    ...plannedLabels(planned),
    ...modelled.labels,
    ...(sloId === undefined || sloId === "" ? {} : { slo_id: sloId }),
  };
}
