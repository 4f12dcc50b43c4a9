import { placeOf } from "../../plan/environment";
import { identityKey, type AlertIdentity } from "../../plan/identity";
import type { MonitoringPlan, RuleGroup } from "../../plan/monitoring-plan";
import { ALERTS, SELF, type Place } from "../../plan/names";
import type { ExpressionTest, InputSeries, RuleTestCase } from "../../plan/rule-test";
import { milliseconds, times, type Duration } from "../../slo/duration";
import { compareText } from "../../slo/order";
import type { Service } from "../../slo/service";
import { readPromQl, type Selector } from "../../generators/promql-reading";
import { annotationTests } from "./annotations";
import { foreignSeries } from "./foreign";
import { elsewhere, inputSeries } from "./input-series";
import { firingAlert, series, type FiringAlert } from "./labels";
import { modelAlerts, type ModelledAlert } from "./model";
import { normal, type Scenario } from "./scenario";
import type { Verdict } from "./verdict";
import { quiet, timeline, type Phase, type Timeline } from "./world";

/** What the cases of a file have in common. */
export interface TestFile {
  readonly plan: MonitoringPlan;
  readonly service: Service;
  readonly groups: readonly RuleGroup[];
}

/** A file, what its rules read, and what its cases have asserted. */
interface Told extends TestFile {
  readonly interval: Duration;
  readonly reads: readonly Selector[];
  readonly isAsserted: (alert: AlertIdentity) => boolean;
  readonly said: Set<string>;
  /** Its rules are those of one alert: what almost belongs to them is told besides. */
  readonly isAlone: boolean;
}

/** Each further story of one length costs a third of the first, as rules cost more than series; memory bounds how many. */
const STORIES_PER_CASE = 16;
/** A story that waits longer for the end of the others costs more beside them than alone. */
const LEAST_OF_CASE = 0.6;

/** A story that is told in a cluster of its own beside others, which may be longer: then it ends in normal operation. */
interface Track {
  readonly story: Scenario;
  readonly place: Place;
  /** As long as the longest of the case. */
  readonly line: Timeline;
  /** Steps of the story itself; nothing is asserted later. */
  readonly steps: number;
  readonly model: readonly ModelledAlert[];
}

type Timed = { readonly story: Scenario; readonly steps: number };

/**
 * Stories of about one length, each in a cluster of its own on one server, as many as a case holds. The alerts of the
 * monitoring itself are about one server, and so are their stories.
 */
export function testCases(file: TestFile, stories: readonly Scenario[]): readonly RuleTestCase[] {
  const told = toldOf(file);
  const timed = stories
    .map((story): Timed => ({ story, steps: timeline(story.phases, told.interval).steps }))
    .sort((a, b) => b.steps - a.steps);
  const isBound = ({ story }: Timed): boolean => file.service.id === SELF.service || asksForAbsence(story);
  const bound = timed.filter(isBound);
  const free = timed.filter((story) => !isBound(story));
  const cases: RuleTestCase[] = [];
  while (bound.length + free.length > 0) {
    const home = (bound.length > 0 ? bound : free).splice(0, 1);
    const longest = Math.max(...[...home, ...free.slice(0, 1)].map(({ steps }) => steps));
    const long = free.filter(({ steps }) => steps >= LEAST_OF_CASE * longest).length;
    cases.push(testCase(told, [...home, ...free.splice(0, Math.min(long, STORIES_PER_CASE - 1))]));
  }
  return cases;
}

function toldOf(file: TestFile): Told {
  const rules = file.groups.flatMap((group) => group.rules);
  const asserted = new Set(
    rules.flatMap((rule) =>
      rule.kind === "alert" ? [`${rule.alert}/${file.service.id}/${rule.labels["slo"] ?? ""}`] : [],
    ),
  );
  return {
    ...file,
    interval: file.plan.scrape.interval,
    reads: rules.flatMap((rule) => readPromQl(rule.expr).selectors),
    isAsserted: (alert) => asserted.has(identityKey(alert)),
    said: new Set(),
    isAlone: asserted.size === 1,
  };
}

/** What asks whether a series is absent asks for the home of the rules alone, so such a story is told there. */
function asksForAbsence({ phases }: Scenario): boolean {
  return phases.some(
    ({ up, pending, hidden, renamed }) =>
      Object.values(up ?? {}).some((targets) => targets === "vanished" || targets === 0) ||
      pending === true ||
      hidden !== undefined ||
      renamed !== undefined,
  );
}

function testCase(file: Told, timed: readonly Timed[]): RuleTestCase {
  const { interval } = file;
  const home = placeOf(file.plan.environment);
  const steps = Math.max(...timed.map((story) => story.steps));
  const tracks = timed.map((story, index) =>
    track(file, story, steps, index === 0 ? home : { ...home, cluster: `beside-${index}` }),
  );
  const seen = tracks.flatMap((one) => moments(one).map((moment) => ({ ...moment, track: one })));
  return {
    name: tracks.map(({ story }) => story.sentence).join("; "),
    interval,
    input_series: [
      ...tracks.slice(0, 1).map(({ line }) => elsewhere(line)),
      ...tracks.flatMap((one) => trackSeries(file, one)),
    ],
    promql_expr_test: seen.map(({ track: one, step, firing, unsure }): ExpressionTest => ({
      expr: firingAlerts(one, tracks, unsure),
      eval_time: times(interval, step),
      exp_samples: firing.map((alert) => ({ labels: series(labelled(file, one, alert)), value: 1 })),
    })),
    ...texts(file, tracks, [...new Set(seen.map(({ step }) => step))]),
  };
}

function track(file: Told, timed: Timed, steps: number, place: Place): Track {
  const { plan, service, interval, isAsserted } = file;
  const { story } = timed;
  const rest = steps > timed.steps ? [normal(times(interval, steps - timed.steps))] : [];
  const line = timeline([...story.phases, ...rest], interval);
  const model = modelAlerts(service, plan.environment.name, line, isAsserted);
  return { story, place, line, steps: timed.steps, model };
}

/** What the rules of the file read of a service while a story is told, and the same of a job that is not theirs. */
function trackSeries(
  { service, reads, isAlone }: Told,
  { story, place, line }: Track,
): readonly InputSeries[] {
  const isName = (name: string): boolean => reads.some((one) => one.name === name);
  const isRead = ({ series: name }: InputSeries): boolean => isName(metricIn(name));
  const hasJob = ({ series: name }: InputSeries): boolean =>
    reads
      .filter((one) => one.name === metricIn(name))
      .every(({ matches }) => matches.some(({ label, op }) => label === "job" && op === "="));
  const own = inputSeries(service, place, line, isName).filter(isRead);
  return [
    ...own,
    ...(isAlone ? foreignSeries(service, place, line, reads, own) : []),
    ...(story.alsoIn ?? []).flatMap((other) =>
      inputSeries(service, { ...place, ...other }, quiet(line), isName).filter(isRead),
    ),
    // Layers of SLOs tell what another job exposes, too, and so do stories of one alert.
    ...(isAlone ? inputSeries(service, place, disturbed(line), isName) : [])
      .filter((one) => isRead(one) && hasJob(one))
      .map(({ series: name, values }) => ({
        series: name.replace(/ (instance|job)="/g, ' $1="another-'),
        values,
      })),
  ];
}

function metricIn(name: string): string {
  return name.slice(0, name.indexOf("{"));
}

/** The same time as the first phase that anything disturbs. */
function disturbed(line: Timeline): Timeline {
  const phase: Phase | undefined = line.phases.find((candidate) => Object.keys(candidate).length > 1);
  return { ...line, phases: line.phases.map(({ lasts }) => ({ ...phase, lasts })) };
}

/**
 * All that fires where a story is told, but the heartbeat, which is asserted once, and alerts of which the model is not
 * sure. At home that is all that fires nowhere else, so that an alert that lost its place is seen.
 */
function firingAlerts(one: Track, [home, ...beside]: readonly Track[], unsure: readonly string[]): string {
  // Without a name of its own an empty pattern would match, and leave out, what has no cluster.
  const clusters = (tracks: readonly Track[]): string =>
    [
      "none",
      ...tracks.flatMap(({ place, story }) => [
        place.cluster,
        ...(story.alsoIn ?? []).flatMap(({ cluster }) => cluster ?? []),
      ]),
    ].join("|");
  const names = [ALERTS.heartbeat, ...unsure].join("|");
  const where = one === home ? `cluster!~"${clusters(beside)}"` : `cluster=~"${clusters([one])}"`;
  return `ALERTS{alertstate="firing",alertname!~"${names}",${where}}`;
}

/** A moment, the alerts that fire then, and the names of those of which the model is not sure. */
interface Moment {
  readonly step: number;
  readonly firing: readonly ModelledAlert[];
  readonly unsure: readonly string[];
}

/** How long before the end of a phase it is asked as well, since at the end itself the model may be unsure. */
const BEFORE_END = 4;

/**
 * The first and the last moment of every stretch in which the model says the same, and the end of every phase: what is
 * silent all along would else be asked before and after the time in which it could fire.
 */
function moments({ steps, model, line }: Track): readonly Moment[] {
  const all: Moment[] = [];
  for (let step = 1; step <= steps; step += 1) {
    const verdicts = model.map((alert) => ({ alert, verdict: alert.at(step) }));
    const of = (which: Verdict): readonly ModelledAlert[] =>
      verdicts.filter(({ verdict }) => verdict === which).map(({ alert }) => alert);
    const unsure = [...new Set(of("unsure").map(({ alertname }) => alertname))].sort(compareText);
    all.push({ step, firing: of("firing").filter(({ alertname }) => !unsure.includes(alertname)), unsure });
  }
  const key = (moment: Moment | undefined): string | undefined =>
    moment &&
    [...moment.firing.map(({ alertname, slo }) => `${alertname}/${slo}`), "|", ...moment.unsure].join();
  const ends = phaseEnds(line).flatMap((end) => [end - BEFORE_END, end]);
  return model.length === 0
    ? []
    : all.filter(
        (moment, index) =>
          key(moment) !== key(all[index - 1]) ||
          key(moment) !== key(all[index + 1]) ||
          ends.includes(moment.step),
      );
}

/** The last step of each phase. */
function phaseEnds({ phases, step }: Timeline): readonly number[] {
  let end = 0;
  return phases.map(({ lasts }) => (end += milliseconds(lasts) / 1_000 / step));
}

/** What alerts say, each once in a file, or with each value in that of one alert, where the model is sure of them in every story of the case. */
function texts(
  file: Told,
  tracks: readonly Track[],
  steps: readonly number[],
): Pick<RuleTestCase, "alert_rule_test"> {
  const tests = [...steps]
    .sort((a, b) => a - b)
    .flatMap((step) => {
      const all = tracks.flatMap((one) =>
        one.model
          .filter(({ alertname }) => file.isAlone || !file.said.has(alertname))
          .map((alert) => ({ one, alert, verdict: alert.at(step) })),
      );
      const unsure = new Set(
        all.filter(({ verdict }) => verdict === "unsure").map(({ alert }) => alert.alertname),
      );
      const firing = all
        .filter(({ alert, verdict }) => verdict === "firing" && !unsure.has(alert.alertname))
        .map(({ one, alert }) => ({ ...labelled(file, one, alert), value: alert.value?.(step) }));
      return annotationTests(file.plan, firing, times(file.interval, step), file.said, file.isAlone);
    });
  return tests.length === 0 ? {} : { alert_rule_test: tests };
}

/** A firing alert of the model with all its labels. */
function labelled({ plan, service }: TestFile, { place }: Track, modelled: ModelledAlert): FiringAlert {
  const { alertname, slo, sloId = "", labels } = modelled;
  return firingAlert(
    plan,
    { alertname, service: service.id, slo },
    { ...place, ...labels, ...(sloId === "" ? {} : { slo_id: sloId }) },
  );
}
