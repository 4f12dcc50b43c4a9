import { isOutage } from "../slo/alert";
import type { Query } from "../slo/measure";
import { faultSpending } from "../slo/raising-fault";
import { suggestion } from "../slo/nearest";
import type { Problem } from "../slo/problem";
import type { Service } from "../slo/service";
import { WINDOW, type ExampleSeries, type Sli } from "../slo/sli";
import { DIMENSIONS } from "../plan/names";
import { isCounted, startsAtZero, type Metric } from "../slo/telemetry";
import { addendsOf, READ_WINDOW, within } from "./own-queries";
import { readPromQl } from "./promql-reading";
import { contractFaults, seriesNames, type Fault } from "./runbook-queries";

/** A query of a service's own, and where it stands. */
interface Written {
  readonly path: string;
  readonly text: string;
  readonly reads: readonly Metric[];
  readonly examples: readonly ExampleSeries[];
  /** Another query that reads the rest of what both say that they read. */
  readonly beside?: string;
}

/** What Prometheus' own grammar and the contract say of the queries of services. */
export function checkOwnQueries(services: readonly Service[]): readonly Problem[] {
  return services.flatMap((service) => queriesOf(service).flatMap(checkQuery));
}

function queriesOf(service: Service): readonly Written[] {
  const base = `services.${service.id}`;
  const ofQuery = (path: string, { query, reads, examples }: Query): Written => ({
    path: `${path}.query`,
    text: query,
    reads,
    examples: examples.map(({ growing, standing }) => ({ ...growing, ...standing })),
  });
  const ofSli = (path: string, sli: Sli): readonly Written[] => {
    if (sli.kind === "query-ratio") {
      return (["errors", "total"] as const).map((side) => ({
        path: `${path}.${side}`,
        text: sli[side],
        reads: sli.reads,
        beside: sli[side === "errors" ? "total" : "errors"],
        // They are the same of both.
        examples: side === "errors" ? sli.examples.map(({ growing }) => growing) : [],
      }));
    }
    return sli.kind === "time" && sli.measure.kind === "query"
      ? [ofQuery(`${path}.measure`, sli.measure)]
      : [];
  };
  return [
    ...service.slos.flatMap(({ id, sli }) => ofSli(`${base}.slos.${id}.sli`, sli)),
    ...service.alerts.flatMap((alert) =>
      isOutage(alert) || alert.measure.kind !== "query"
        ? []
        : [ofQuery(`${base}.alerts.${alert.name}.measure`, alert.measure)],
    ),
  ];
}

/** What has no labels, or those of its own text, belongs to no place. */
const PLACELESS: readonly string[] = [
  ...["absent", "absent_over_time", "label_join", "label_replace", "scalar", "time", "vector"],
];
/** What is said of a second, where events within a window are asked for. */
const PER_SECOND: readonly string[] = ["deriv", "idelta", "irate", "rate"];

function checkQuery(written: Written): readonly Problem[] {
  const { path, text, reads, examples } = written;
  const query = within(text, READ_WINDOW);
  const problem = ({ message, remedy }: Fault, at = path): Problem => ({
    code: "query-invalid",
    path: at,
    message,
    remedy,
  });
  const faults = [...contractFaults(query, reads), ...formFaults(written, query)];
  if (faults.length > 0) {
    return faults.map((fault) => problem(fault));
  }
  const known = [...reads.flatMap(seriesNames), "up"];
  return [
    // Both of two queries say it of what neither reads, and one is enough.
    ...(examples.length === 0 ? [] : unread(written)).map(({ name }) =>
      problem({
        message: `[${name}] is declared as read, and the query does not read it`,
        remedy: "Leave it out.",
      }),
    ),
    ...examples
      .flatMap((series) => Object.keys(series))
      .flatMap((series) => seriesFaults(series, known))
      .map((fault) => problem(fault, `${path.slice(0, path.lastIndexOf("."))}.examples`)),
  ];
}

function unread({ text, beside = "", reads }: Written): readonly Metric[] {
  const names = [text, beside].flatMap((query) =>
    readPromQl(within(query, READ_WINDOW)).selectors.map(({ name }) => name),
  );
  return reads.filter((metric) => !seriesNames(metric).some((name) => names.includes(name)));
}

/**
 * What would make a number of another place, of another window, or of nothing in silence. Where the query beside it has
 * nothing, there is nothing to be a share of.
 */
function formFaults({ text, reads, beside = "" }: Written, query: string): readonly Fault[] {
  const { functions, nodes } = readPromQl(query);
  const inRanges = text.split(`[${WINDOW}]`).length - 1;
  const refused: readonly (readonly [isSo: boolean, message: string, remedy: string])[] = [
    [
      nodes.has("LineComment"),
      "a comment is in it, which ends the rule around it",
      "Write it beside the query.",
    ],
    [
      text.split(WINDOW).length - 1 > inRanges,
      `[${WINDOW}] stands elsewhere than in [[${WINDOW}]]`,
      `Write increase(...[${WINDOW}]).`,
    ],
    [
      nodes.has("Without") || nodes.has("Ignoring"),
      "[without] or [ignoring] is in it, by which places would be one",
      "Name the labels that are kept, with by (...) or on (...); those of the place are put in.",
    ],
    [
      nodes.has("At") || nodes.has("Offset"),
      "[@] or [offset] is in it: rules ask about now",
      "Leave it out.",
    ],
    [
      text.includes(WINDOW) &&
        addendsOf(query).some((side) => !isThere(side, reads) && side !== within(beside, READ_WINDOW)),
      "a sum or difference is nothing where one of its sides has no series, and nothing would be no errors",
      `Use counterRatio, one selector such as {__name__=~"a_total|b_total"}, or (... or 0 * <a sum that is always there>) for each side.`,
    ],
  ];
  return [
    ...refused.flatMap(([isSo, message, remedy]) => (isSo ? [{ message, remedy }] : [])),
    ...functionFaults(functions, text.includes(WINDOW)),
    ...placeFaults(query),
  ];
}

function placeFaults(query: string): readonly Fault[] {
  return [
    ...readPromQl(query)
      .selectors.flatMap(({ matches }) => matches)
      .filter(({ label }) => PLACE.includes(label))
      .map(({ label }) => ({
        message: `it selects one place by [${label}]`,
        remedy: "Leave that out: places are told apart without it.",
      })),
  ];
}

const PLACE: readonly string[] = DIMENSIONS;

/** Whether a side of a sum has a value whenever targets answer. */
function isThere(side: string, reads: readonly Metric[]): boolean {
  const { nodes, selectors } = readPromQl(side);
  const always = reads.filter((metric) => isCounted(metric) && startsAtZero(metric)).flatMap(seriesNames);
  return nodes.has("Or") || (selectors.length > 0 && selectors.every(({ name }) => always.includes(name)));
}

function functionFaults(functions: readonly string[], isEvents: boolean): readonly Fault[] {
  return functions.flatMap((name) => {
    if (PLACELESS.includes(name)) {
      return [
        {
          message: `[${name}(...)] has no cluster and no environment, so that its value belongs to no place`,
          remedy: "Leave it out: where nothing is counted, there are no errors, and an alert is silent.",
        },
      ];
    }
    return isEvents && PER_SECOND.includes(name)
      ? [
          {
            message: `[${name}(...)] is a rate per second, and the number of events in the window is needed`,
            remedy: `Write increase(...[${WINDOW}]).`,
          },
        ]
      : [];
  });
}

/** What an example names is one series of what is read. */
function seriesFaults(series: string, known: readonly string[]): readonly Fault[] {
  const { errors, selectors } = readPromQl(series);
  const [selector, ...others] = selectors;
  const isSeries =
    errors.length === 0 &&
    others.length === 0 &&
    selector?.matches.every(({ op }) => op === "=") === true &&
    /^[\w:]+(\{[^]*\})?$/.test(series.trim());
  if (!isSeries) {
    return [
      { message: `[${series}] is not a series`, remedy: 'Write e.g. orders_total{job="shop",status="500"}.' },
    ];
  }
  const place = selector.matches.find(({ label }) => label === "cluster" || label === "environment");
  return [
    ...(known.includes(selector.name)
      ? []
      : [
          {
            message: `[${selector.name}] is not among what is read`,
            remedy: suggestion(selector.name, known),
          },
        ]),
    ...(place === undefined
      ? []
      : [
          {
            message: `[${series}] says where it is: [${place.label}]`,
            remedy: "Leave that out: each example runs in a place of its own.",
          },
        ]),
  ];
}

/** What no rule test proves of queries: said with every check, so that nobody takes them for more than they are. */
export function ownQueryNotices(services: readonly Service[]): readonly Problem[] {
  return services.flatMap((service) => {
    const paths = [...new Set(queriesOf(service).map(({ path }) => path.slice(0, path.lastIndexOf("."))))];
    const played = service.slos.flatMap(({ id, sli }) =>
      faultSpending(sli) === undefined ? [] : [`services.${service.id}.slos.${id}.sli`],
    );
    return paths.map((path) => ({
      code: "query-unproven" as const,
      path,
      message: "PromQL that the service writes itself is tested by its examples alone",
      remedy: played.includes(path)
        ? "Events in first samples are not corrected."
        : "Events in first samples are not corrected, and no incident follows from it: declare one that raises its alerts, to hear them in the lab.",
    }));
  });
}
