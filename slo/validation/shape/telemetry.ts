import type { EventSli } from "../../sli";
import type { Counter, Gauge, Histogram, Job, LabelMatch, Metric, TelemetryContract } from "../../telemetry";
import {
  duration,
  flag,
  kind,
  list,
  mapping,
  number,
  oneOf,
  oneType,
  prose,
  section,
  text,
  shapeOf,
} from "./parts";

const scraped = {
  name: text,
  app: text.exactOptional(),
  namespace: text,
  port: text,
  path: text,
  instances: number,
  requestsPerSecond: number.exactOptional(),
  createdTimestamps: flag.exactOptional(),
};

const jobSection = section({
  ...scraped,
  // What a probe is of is scraped: a probe of a probe would say nothing.
  probe: section({
    module: oneOf("http-2xx"),
    address: text,
    of: section(scraped).exactOptional(),
  }).exactOptional(),
});
export const job = shapeOf<Job>()(jobSection);

const metricBase = {
  name: text,
  help: prose,
  job: jobSection,
  labels: mapping(list(text)),
  assumed: flag.exactOptional(),
};

const usual = mapping(mapping(number)).exactOptional();

const counterSection = section({
  ...metricBase,
  type: kind("counter"),
  initialisedToZero: flag,
  perSecond: number.exactOptional(),
  usual,
});
const gaugeSection = section({
  ...metricBase,
  type: kind("gauge"),
  normal: number,
  timestamp: flag.exactOptional(),
});
const histogramSection = section({
  ...metricBase,
  type: kind("histogram"),
  bounds: list(text),
  native: flag.exactOptional(),
  initialisedToZero: flag,
  median: number,
  usual,
});

export const counter = shapeOf<Counter>()(counterSection);
export const gauge = shapeOf<Gauge>()(gaugeSection);
export const histogram = shapeOf<Histogram>()(histogramSection);
export const metric = shapeOf<Metric>()(oneType("type", [counterSection, gaugeSection, histogramSection]));

export const telemetry = shapeOf<TelemetryContract>()(
  section({
    jobs: list(job),
    metrics: list(metric),
    scrapeInterval: duration.exactOptional(),
  }),
);

export const matches = shapeOf<readonly LabelMatch[]>()(
  list(section({ label: text, op: oneOf("=", "!=", "=~", "!~"), value: text })),
);

const requestRatio = section({
  kind: kind("request-ratio"),
  total: oneType("type", [counterSection, histogramSection]),
  of: matches,
  errors: matches,
});
const latencyRatio = section({ kind: kind("latency-ratio"), histogram, of: matches, threshold: text });
export const eventSlis = [requestRatio, latencyRatio] as const;
export const eventSli = shapeOf<EventSli>()(oneType("kind", eventSlis));
