import { setTimeout as sleep } from "node:timers/promises";
import { alertMetrics, isOutage, type Alert, type AlertCategory, type Severity } from "../../slo/alert";
import type { Service } from "../../slo/service";
import { metricOf } from "../../slo/sli";
import type { Job } from "../../slo/telemetry";
import type { Labels, PlannedAlert } from "../../plan/monitoring-plan";
import { modelAlerts } from "../../backends/rule-tests/model";
import { during } from "../../backends/rule-tests/scenario";
import { timeline } from "../../backends/rule-tests/world";
import { silencedBy } from "../../plan/ways";
import { inhibitEdits } from "../../tools/mutation/inhibit-edits";
import { Alertmanager, eventually } from "../support/alertmanager";
import { planOf, servicesOf } from "../support/plan";
import { STACKS } from "../support/stacks";
import { toolchain } from "../support/toolchain";
import { removeFolder, temporaryFolder } from "../support/program";

const plan = planOf("prod");
const folder = temporaryFolder();
let alertmanager: Alertmanager;

beforeAll(async () => {
  alertmanager = new Alertmanager((await toolchain()).alertmanager, folder, "http://127.0.0.1:1");
  // What is silenced does not depend on routes, and so many alerts are nobody's to read.
  const [nowhere] = plan.routing.receivers.filter(({ integrations }) => integrations.length === 0);
  const root = { receiver: nowhere?.name ?? "", matchers: [], routes: [] };
  await alertmanager.start({
    ...plan.routing,
    root,
    receivers: nowhere === undefined ? [] : [nowhere],
    silences: [],
  });
}, 600_000);

afterAll(async () => {
  await alertmanager.stop();
  removeFolder(folder);
});

/** What a service declares of an alert, told apart from its labels: on what it is measured, and what it says. */
interface Meaning {
  readonly planned: PlannedAlert;
  readonly jobs: readonly string[];
  /** The SLO that it belongs to, if any. */
  readonly slo?: string;
  /** A whole job is gone, and somebody is woken for it. */
  readonly isOutage: boolean;
  /** Some targets of a job are down. */
  readonly isPartOfOutage: boolean;
  /** Something is full, stale or switched over, which may be the cause. */
  readonly isCause: boolean;
}

interface Pair {
  readonly source: Meaning;
  readonly target: Meaning;
}

const CAUSES: readonly AlertCategory[] = ["saturation", "event", "meta"];
const CATEGORIES: readonly AlertCategory[] = ["slo", "down", "errors", "latency", "telemetry", ...CAUSES];

const RANK = { critical: 3, warning: 2, info: 1, none: 0 } as const;

function meaningOf(service: Service, planned: PlannedAlert): Meaning {
  const slo = service.slos.find(({ id }) => id === planned.slo);
  const declared = service.alerts.find(
    ({ name, slo: of }) => name === planned.alertname && (of ?? `none-${name}`) === planned.slo,
  );
  const jobs = declared === undefined ? (slo === undefined ? [] : [metricOf(slo.sli).job]) : jobsOf(declared);
  return {
    planned,
    jobs: [...new Set(jobs.map(({ name, probe }) => probe?.of?.name ?? name))],
    ...(slo === undefined ? {} : { slo: slo.id }),
    isOutage:
      declared !== undefined &&
      isOutage(declared) &&
      declared.category === "down" &&
      declared.severity === "critical",
    isPartOfOutage: declared !== undefined && !isOutage(declared) && declared.measure.kind === "targets-up",
    isCause: declared !== undefined && CAUSES.includes(declared.category),
  };
}

function jobsOf(alert: Alert): readonly Job[] {
  if (isOutage(alert)) {
    return [alert.outageOf];
  }
  const { measure } = alert;
  return measure.kind === "targets-up" ? [measure.job] : alertMetrics(alert).map(({ job }) => job);
}

/** Whether an alert silences another of the same service, from what they mean and not from how they are labelled. */
function silences(source: Meaning, target: Meaning): boolean {
  const [job, ...more] = target.jobs;
  const isSameJob =
    more.length === 0 && job !== undefined && source.jobs.length === 1 && source.jobs.includes(job);
  const isSymptom = target.slo !== undefined && !target.isCause;
  if (source.isOutage && !target.isOutage && isSameJob && (isSymptom || target.isPartOfOutage)) {
    return true;
  }
  return (
    isSymptom &&
    source.slo === target.slo &&
    RANK[source.planned.severity] > RANK[target.planned.severity] &&
    target.planned.severity !== "none"
  );
}

const meantIn = (
  stack: string,
): readonly { id: string; meanings: readonly Meaning[]; pairs: readonly Pair[] }[] =>
  servicesOf(stack).map((service) => {
    const meanings = planOf(stack)
      .alerts.filter((alert) => alert.service === service.id)
      .map((alert) => meaningOf(service, alert));
    const pairs = meanings.flatMap((source) =>
      meanings.filter((target) => target !== source).map((target) => ({ source, target })),
    );
    return { id: service.id, meanings, pairs };
  });

const SERVICES = meantIn("prod");

function labelsOf({ planned }: Meaning, cluster: string): Readonly<Record<string, string>> {
  const { alertname, category, environment, job = "", service, severity, slo, team } = planned;
  return {
    alertname,
    category,
    cluster,
    environment,
    ...(job === "" ? {} : { job }),
    service,
    severity,
    slo,
    team,
  };
}

function sentence({ source, target }: Pair): string {
  const name = ({ planned: { alertname, slo } }: Meaning): string => `${alertname}/${slo}`;
  return `${name(source)} silences ${name(target)}`;
}

describe.each(SERVICES)("of the alerts of $id", ({ id, meanings, pairs }) => {
  it("each silences those that it explains, and no other, pair by pair in a real Alertmanager", async () => {
    const cluster = (index: number): string => `${id}-${index}`;
    await alertmanager.post(
      pairs.flatMap(({ source, target }, index) =>
        [source, target].map((one) => ({ labels: labelsOf(one, cluster(index)), annotations: {} })),
      ),
    );
    const expected = pairs.filter(({ source, target }) => silences(source, target)).map(sentence);
    const seen = async (): Promise<readonly string[]> => {
      const known = (await alertmanager.alerts()).filter(({ labels }) => labels["service"] === id);
      const silenced = new Set(
        known
          .filter(({ status }) => status.inhibitedBy.length > 0)
          .map(
            ({ labels: { alertname = "", cluster: where = "", slo = "" } }) => `${where}/${alertname}/${slo}`,
          ),
      );
      return pairs.flatMap((pair, index) => {
        const { alertname, slo } = pair.target.planned;
        return silenced.has(`${cluster(index)}/${alertname}/${slo}`) ? [sentence(pair)] : [];
      });
    };
    // Inhibition hears of alerts a moment after the interface does.
    let last = await seen();
    for (let tries = 0; tries < 300 && last.length < expected.length; tries += 1) {
      await sleep(100);
      last = await seen();
    }
    expect(last).toEqual(expected);
  }, 120_000);

  it("none silences a critical one that belongs to no SLO", () => {
    const lost = pairs.filter(
      (pair) =>
        silences(pair.source, pair.target) &&
        pair.target.planned.severity === "critical" &&
        pair.target.slo === undefined,
    );
    expect(lost.map(sentence)).toEqual([]);
  });

  it("the total outage of a job leaves one page, whether its targets are silent or unknown", () => {
    const [service] = servicesOf("prod").filter((candidate) => candidate.id === id);
    if (service === undefined) {
      throw new Error(`[${id}] is no service of prod`);
    }
    for (const outage of meanings.filter(({ isOutage }) => isOutage)) {
      for (const up of [0, "vanished"] as const) {
        const down = during("1h", { up: Object.fromEntries(outage.jobs.map((job) => [job, up])) });
        const line = timeline([during("1h", {}), down], "30s");
        const firing = modelAlerts(service, "prod", line).filter(
          (alert) => alert.at(line.steps) === "firing",
        );
        const pages = meanings.filter(
          (target) =>
            target.planned.severity === "critical" &&
            firing.some(
              ({ alertname, slo }) => alertname === target.planned.alertname && slo === target.planned.slo,
            ) &&
            (target === outage || !silences(outage, target)),
        );
        expect(pages.map(({ planned }) => planned.alertname)).toEqual([outage.planned.alertname]);
      }
    }
  });
});

it("no alert of one cluster, environment or service silences that of another", async () => {
  const [{ meanings } = { meanings: [] }] = SERVICES.filter(({ id }) => id === "orders");
  const of = (name: string): Meaning | undefined =>
    meanings.find(({ planned }) => planned.alertname === name);
  const [down, latency] = [of("ServiceDown"), of("HighLatency")];
  if (down === undefined || latency === undefined) {
    throw new Error("Orders has lost an alert");
  }
  const elsewhere = [{}, { cluster: "other" }, { environment: "staging" }, { service: "shop" }];
  await alertmanager.post([
    { labels: labelsOf(down, "here"), annotations: {} },
    ...elsewhere.map((place) => ({
      labels: { ...labelsOf(latency, "here"), ...place, probe: "1" },
      annotations: {},
    })),
  ]);
  const found = await eventually("silence", async () => {
    const known = (await alertmanager.alerts()).filter(({ labels }) => labels["probe"] === "1");
    const silenced = known.filter(({ status }) => status.inhibitedBy.length > 0);
    return known.length === elsewhere.length && silenced.length > 0 ? silenced : undefined;
  });
  expect(
    found.map(({ labels: { cluster, environment, service } }) => [cluster, environment, service]),
  ).toEqual([["here", "prod", "orders"]]);
}, 60_000);

/** Small changes of the rules that change nothing: which, and why. */
const EQUIVALENT: readonly (readonly [edit: RegExp, why: string])[] = [
  [
    /: (?:source|target) (?:service|job)!= (?:gone|of another value)$/,
    "both are equal, and the other has it",
  ],
  [/-over-(?:lesser|info): (?:source|target) slo!~\S+ (?:gone|of another value)$/, "the same of the SLO"],
  [
    /^outage-over-symptoms: target alertname!~\S+ (?:gone|of another value)$/,
    "of two alerts that are source and target both, neither silences the other",
  ],
];

/** An outage, and one alert of each severity, beside one of each severity and category: within their SLO, and without one. */
function imagined({ planned, jobs, isCause, isPartOfOutage }: Meaning): readonly Pair[] {
  const like = (severity: Severity, category: AlertCategory, slo?: string): Meaning => ({
    planned: { ...planned, alertname: "Imagined", severity, category, slo: slo ?? "none-Imagined" },
    jobs,
    ...(slo === undefined ? {} : { slo }),
    isOutage: false,
    isPartOfOutage: category === "down" && ["warning", "info"].includes(severity),
    isCause: CAUSES.includes(category),
  });
  const severities = Object.keys(RANK) as readonly Severity[];
  const sources = [
    {
      planned: { ...planned, slo: "imagined" },
      jobs,
      slo: "imagined",
      isOutage: true,
      isCause,
      isPartOfOutage,
    },
    ...severities.map((severity) => like(severity, "slo", "imagined")),
  ];
  const targets = severities.flatMap((severity) =>
    CATEGORIES.flatMap((category) => [like(severity, category, "imagined"), like(severity, category)]),
  );
  return sources.flatMap((source) => targets.map((target) => ({ source, target })));
}

/** Labels of two alerts of one place, of two places, and of other tools, which lack one; and whether one silences the other. */
function told(pairs: readonly Pair[]): readonly (readonly [Labels, Labels, boolean])[] {
  return pairs.flatMap((pair) => {
    const [source, target] = [labelsOf(pair.source, "here"), labelsOf(pair.target, "here")];
    const without = (label: string, isSilent: boolean): readonly [Labels, Labels, boolean] => [
      { ...source, [label]: "" },
      { ...target, [label]: "" },
      isSilent,
    ];
    const { slo: _, ...ofNone } = pair.target;
    return silences(pair.source, pair.target)
      ? [
          [source, target, true] as const,
          ...["cluster", "environment", "service"].map(
            (label) => [source, { ...target, [label]: "another" }, false] as const,
          ),
          without("service", false),
          without("job", silences({ ...pair.source, isOutage: false }, pair.target)),
          without("slo", silences(pair.source, ofNone)),
        ]
      : [[source, target, false] as const];
  });
}

/** Every pair that is imagined beside the first outage of a stack. */
function imaginedIn(stack: string): readonly Pair[] {
  const [outage] = meantIn(stack).flatMap(({ meanings }) => meanings.filter(({ isOutage }) => isOutage));
  return outage === undefined ? [] : imagined(outage);
}

it("a real Alertmanager silences what is imagined alike, whatever labels are missing", async () => {
  const pairs = told(imaginedIn("prod")).map(([source, target, isSilent], index) => {
    const at = (labels: Labels): Labels => ({ ...labels, cluster: `${labels["cluster"] ?? ""} ${index}` });
    return { source: at(source), target: at(target), isSilent };
  });
  const key = (labels: Labels): string =>
    JSON.stringify(
      Object.entries(labels)
        .filter(([, value]) => value !== "")
        .sort(),
    );
  await alertmanager.post(
    pairs.flatMap(({ source, target }) => [source, target].map((labels) => ({ labels, annotations: {} }))),
  );
  const expected = pairs.filter(({ isSilent }) => isSilent).map(({ target }) => key(target));
  const seen = async (): Promise<readonly string[]> => {
    const silenced = new Set(
      (await alertmanager.alerts())
        .filter(({ status }) => status.inhibitedBy.length > 0)
        .map(({ labels }) => key(labels)),
    );
    return pairs.map(({ target }) => key(target)).filter((target) => silenced.has(target));
  };
  let last = await seen();
  for (let tries = 0; tries < 300 && last.length < expected.length; tries += 1) {
    await sleep(100);
    last = await seen();
  }
  expect(last).toEqual(expected);
}, 120_000);

describe.each(STACKS)("inhibition of %s", (stack) => {
  const { inhibitRules } = planOf(stack).routing;
  const meant = meantIn(stack);
  const [outage] = meant.flatMap(({ meanings }) => meanings.filter(({ isOutage }) => isOutage));
  const all = told([
    ...meant.flatMap(({ pairs }) => pairs),
    ...(outage === undefined ? [] : imagined(outage)),
  ]);
  const isExpected = (rules: typeof inhibitRules): boolean =>
    all.every(([source, target, isSilent]) => silencedBy(rules, source, target) === isSilent);

  it("is what alerts mean", () => {
    expect(
      all.filter(([source, target, isSilent]) => silencedBy(inhibitRules, source, target) !== isSilent),
    ).toEqual([]);
  });

  it("is another after any small change of its rules", () => {
    const edits = inhibitEdits(inhibitRules);
    expect(edits.length).toBeGreaterThan(40);
    const survivors = edits.filter(({ now }) => isExpected(now)).map(({ what }) => what);
    expect(survivors.filter((what) => !EQUIVALENT.some(([edit]) => edit.test(what)))).toEqual([]);
  });
});
