import { stringify } from "yaml";
import { placeOf } from "../../plan/environment";
import { identityKey } from "../../plan/identity";
import type { Labels, MonitoringPlan, PlannedAlert } from "../../plan/monitoring-plan";
import { ALERTS, SELF } from "../../plan/names";
import { durationOf, milliseconds, type Duration } from "../../slo/duration";
import { compareText } from "../../slo/order";
import type { Service } from "../../slo/service";
import { annotationTests, type FiringAlert } from "./annotations";
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
      const own = service.id === SELF.service ? heartbeatCases(plan) : [];
      return EVALUATIONS.map(({ evaluation, scrape }) => {
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
    ...(sloId === undefined || sloId === "" ? {} : { slo_id: sloId }),
  };
}

function plannedLabels(alert: PlannedAlert): Labels {
  const { category, cluster, environment, job, service, severity, slo, team } = alert;
  return {
    category,
    cluster,
    environment,
    ...(job === undefined ? {} : { job }),
    service,
    severity,
    slo,
    team,
  };
}

/** The whole series of a firing alert, so that its labels are asserted too. */
function series({ alertname, labels }: FiringAlert): string {
  const pairs = Object.entries({ ...labels, alertname, alertstate: "firing" }).sort(([a], [b]) =>
    compareText(a, b),
  );
  return `ALERTS{${pairs.map(([label, value]) => `${label}="${value}"`).join(", ")}}`;
}

/** The alerts that the server makes of itself, without any metric. */
function heartbeatCases(plan: MonitoringPlan): readonly object[] {
  const [watchdog] = plan.alerts.filter((alert) => alert.kind === "heartbeat");
  const [unknown] = plan.alerts.filter((alert) => alert.kind === "severity");
  if (watchdog === undefined || unknown === undefined) {
    throw new RangeError("the plan has no heartbeat, or no alert on unknown severities");
  }
  const typo = 'ALERTS{alertname="Typo",alertstate="firing",severity="Critical"}';
  return [
    {
      name: "the heartbeat fires from the first evaluation on",
      interval: "1m",
      promql_expr_test: ["0s", "1h"].map((eval_time) => ({
        expr: 'ALERTS{alertname="Watchdog"}',
        eval_time,
        exp_samples: [
          { labels: series({ alertname: watchdog.alertname, labels: plannedLabels(watchdog) }), value: 1 },
        ],
      })),
    },
    {
      name: "an alert of a severity that no route knows is reported",
      interval: "1m",
      input_series: [{ series: typo, values: "1+0x60" }],
      promql_expr_test: [
        {
          expr: 'ALERTS{alertname="UnknownSeverity",alertstate="firing"}',
          eval_time: "30m",
          exp_samples: [
            { labels: series({ alertname: unknown.alertname, labels: plannedLabels(unknown) }), value: 1 },
          ],
        },
      ],
    },
  ];
}
