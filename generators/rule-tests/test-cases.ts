import { placeOf } from "../../plan/environment";
import { identityKey } from "../../plan/identity";
import type { Labels, MonitoringPlan } from "../../plan/monitoring-plan";
import { ALERTS, SELF, type Place } from "../../plan/names";
import { durationOf, milliseconds, type Duration } from "../../slo/duration";
import { compareText } from "../../slo/order";
import type { Service } from "../../slo/service";
import { annotationTests, type FiringAlert } from "./annotations";
import { plannedLabels, series } from "./heartbeat-cases";
import { elsewhere, inputSeries } from "./input-series";
import { modelAlerts, type ModelledAlert } from "./model";
import { normal, type Scenario } from "./scenario";
import type { Verdict } from "./verdict";
import { timeline, type Timeline } from "./world";

/** What the cases of a file have in common; `said` holds the alerts whose texts a case has asserted. */
export interface TestFile {
  readonly plan: MonitoringPlan;
  readonly service: Service;
  readonly evaluation: Duration;
  readonly scrape: Duration;
  readonly said: Set<string>;
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

/**
 * Stories of about one length, each in a cluster of its own on one server, as many as a case holds. The alerts of the
 * monitoring itself are about one server, and so are their stories.
 */
export function testCases(file: TestFile, stories: readonly Scenario[]): readonly object[] {
  const timed = stories
    .map((story): Timed => ({ story, steps: timeline(story.phases, file.scrape).steps }))
    .sort((a, b) => b.steps - a.steps);
  const isBound = ({ story }: Timed): boolean => file.service.id === SELF.service || asksForAbsence(story);
  const bound = timed.filter(isBound);
  const free = timed.filter((story) => !isBound(story));
  const cases: object[] = [];
  while (bound.length + free.length > 0) {
    const isBoundFirst = (bound[0]?.steps ?? 0) >= (free[0]?.steps ?? 0);
    const home = (isBoundFirst ? bound : free).splice(0, 1);
    const least = LEAST_OF_CASE * (home[0]?.steps ?? 0);
    const long = free.filter(({ steps }) => steps >= least).length;
    cases.push(testCase(file, [...home, ...free.splice(0, Math.min(long, STORIES_PER_CASE - 1))]));
  }
  return cases;
}

/** What asks whether a series is absent asks for the home of the rules alone, so such a story is told there. */
function asksForAbsence({ phases }: Scenario): boolean {
  return phases.some(
    ({ up, pending, hidden }) =>
      Object.values(up ?? {}).some((targets) => targets === "vanished" || targets === 0) ||
      pending === true ||
      hidden !== undefined,
  );
}

type Timed = { readonly story: Scenario; readonly steps: number };

function testCase(file: TestFile, timed: readonly Timed[]): object {
  const { plan, service, scrape } = file;
  const home = placeOf(plan.environment);
  const steps = Math.max(...timed.map((story) => story.steps));
  const tracks = timed.map((story, index) =>
    track(file, story, steps, index === 0 ? home : { ...home, cluster: `beside-${index}` }),
  );
  const seen = tracks.flatMap((one) => moments(file, one).map((moment) => ({ ...moment, track: one })));
  return {
    name: tracks.map(({ story }) => story.sentence).join("; "),
    interval: scrape,
    input_series: [
      ...tracks.slice(0, 1).map(({ line }) => elsewhere(line)),
      ...tracks.flatMap(({ story, place, line }) => [
        ...inputSeries(service, place, line),
        ...(story.alsoIn ?? []).flatMap((other) => inputSeries(service, { ...place, ...other }, quiet(line))),
      ]),
    ],
    promql_expr_test: seen.map(({ track: one, step, firing, unsure }) => ({
      expr: firingAlerts(one, tracks, unsure),
      eval_time: timeOf(file, step),
      exp_samples: firing.map((alert) => ({ labels: series(labelled(file, one, alert)), value: 1 })),
    })),
    ...texts(file, tracks, [...new Set(seen.map(({ step }) => step))]),
  };
}

function track(file: TestFile, timed: Timed, steps: number, place: Place): Track {
  const { plan, service, evaluation, scrape } = file;
  const { story } = timed;
  const rest = steps > timed.steps ? [normal(timeOf(file, steps - timed.steps))] : [];
  const line = timeline([...story.phases, ...rest], scrape);
  const clock = { interval: plan.scrape.interval, evaluation };
  return {
    story,
    place,
    line,
    steps: timed.steps,
    model: modelAlerts(service, plan.environment.name, line, clock),
  };
}

/** The same time without any disturbance. */
function quiet(line: Timeline): Timeline {
  return { ...line, phases: line.phases.map(({ lasts }) => ({ lasts })) };
}

/** How long so many steps take. */
function timeOf({ scrape }: TestFile, steps: number): Duration {
  return durationOf(steps * milliseconds(scrape));
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

/** The first and the last moment of every stretch in which the model says the same. */
function moments({ evaluation }: TestFile, { line, steps, model }: Track): readonly Moment[] {
  const stride = milliseconds(evaluation) / 1_000 / line.step;
  const all: Moment[] = [];
  for (let step = stride; step <= steps; step += stride) {
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

/** What alerts say, each once in a file, where the model is sure of them in every story of the case. */
function texts(
  file: TestFile,
  tracks: readonly Track[],
  steps: readonly number[],
): { readonly alert_rule_test?: readonly object[] } {
  const tests = [...steps]
    .sort((a, b) => a - b)
    .flatMap((step) => {
      const all = tracks.flatMap((one) =>
        one.model
          .filter(({ alertname }) => !file.said.has(alertname))
          .map((alert) => ({ one, alert, verdict: alert.at(step) })),
      );
      const unsure = new Set(
        all.filter(({ verdict }) => verdict === "unsure").map(({ alert }) => alert.alertname),
      );
      const firing = all
        .filter(({ alert, verdict }) => verdict === "firing" && !unsure.has(alert.alertname))
        .map(({ one, alert }) => labelled(file, one, alert));
      return annotationTests(file.plan, firing, timeOf(file, step), file.said);
    });
  return tests.length === 0 ? {} : { alert_rule_test: tests };
}

/** A firing alert with all its labels. */
function labelled({ plan, service }: TestFile, { place }: Track, modelled: ModelledAlert): FiringAlert {
  const { alertname, slo, sloId = "" } = modelled;
  const key = identityKey({ alertname, service: service.id, slo });
  const planned = plan.alerts.find((alert) => identityKey(alert) === key);
  if (planned === undefined) {
    throw new RangeError(`the model knows [${alertname}] and the plan does not`);
  }
  const labels: Labels = {
    ...plannedLabels(planned),
    ...place,
    ...modelled.labels,
    ...(sloId === "" ? {} : { slo_id: sloId }),
  };
  return { alertname, labels };
}
