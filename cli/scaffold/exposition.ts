import { isOfTarget } from "../../slo/telemetry";

/** A sample of a page; labels under the names by which Prometheus stores them. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a page says of one metric. */
export interface Family {
  /** As its samples are called, but for `_bucket`, `_sum` and `_count` of histograms and summaries. */
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram" | "summary" | "unknown";
  readonly help: string;
  readonly samples: readonly Sample[];
  /** What makes it none that Prometheus would store so. */
  readonly fault?: string;
}

export interface Exposition {
  readonly families: readonly Family[];
  readonly series: number;
  /** OpenMetrics says when each series began, which Prometheus stores as a 0. */
  readonly createdTimestamps: boolean;
}

/** More series than a service of its own has: rules would be slow on them, and nobody has them by intention. */
const MOST_SERIES = 100_000;

const NAME = /[a-zA-Z_:][\w:]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const LABEL = /[a-zA-Z_]\w*/y;
const VALUE = /[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Inf(?:inity)?|NaN)(?=\s|$)/iy;
/** A timestamp, and an exemplar of OpenMetrics. */
const REST = /(?:[ \t]+([+-]?[\d.eE+-]+))?[ \t]*(?:#[ \t]*\{.*)?$/y;
/** What is no number: a native histogram. Source: OpenMetrics 2.0, "Native Histograms". */
const COMPOSITE = /\{count:[^"]*\}.*$/y;
const BLANK = /[ \t]*/y;

/** Reads a line from left to right; what stands where something else should is named by place, since it may be a secret. */
class Line {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly number: number,
  ) {}

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found?.[0].length ?? 0;
    return found ?? undefined;
  }

  takes(character: string): boolean {
    const isThere = this.text[this.at] === character;
    this.at += isThere ? 1 : 0;
    return isThere;
  }

  need(found: RegExpExecArray | undefined, what: string): RegExpExecArray {
    if (found === undefined) {
      const seen = this.text[this.at];
      throw new SyntaxError(
        `line ${this.number}, column ${this.at + 1}: ${seen === undefined ? "the line ends" : `[${seen}] stands`} where ${what} should be`,
      );
    }
    return found;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

function unescaped(text: string): string {
  return text.replaceAll(/\\./g, (pair) => ESCAPES[pair] ?? pair);
}

/** A line that is a sample, or a native histogram. */
interface SampleLine {
  readonly sample: Sample;
  readonly time: string;
  readonly isComposite: boolean;
}

function sampleOf(text: string, number: number): SampleLine {
  const line = new Line(text, number);
  let name = line.take(NAME)?.[0];
  const labels: [string, string][] = [];
  line.take(BLANK);
  const unlabelled = line.take(COMPOSITE);
  if (unlabelled === undefined && line.takes("{")) {
    for (line.take(BLANK); !line.takes("}"); line.take(BLANK)) {
      const quoted = line.take(QUOTED)?.[1];
      const label = quoted ?? line.need(line.take(LABEL), "the name of a label")[0];
      line.take(BLANK);
      if (quoted !== undefined && name === undefined) {
        // Names of any characters stand in the braces. Source: Prometheus docs, "UTF-8 guide".
        name = unescaped(quoted);
      } else {
        line.need(line.takes("=") ? line.take(BLANK) : undefined, "[=]");
        labels.push([label, unescaped(line.need(line.take(QUOTED), "a value in quotes")[1] ?? "")]);
      }
      line.take(BLANK);
      line.takes(",");
    }
    line.take(BLANK);
  }
  line.need(name === undefined ? undefined : line.take(BLANK), "the name of a metric");
  const named = { name: name ?? "", labels: Object.fromEntries(labels) };
  if ((unlabelled ?? line.take(COMPOSITE)) !== undefined) {
    return { sample: { ...named, value: NaN }, time: "", isComposite: true };
  }
  const [value = ""] = line.need(line.take(VALUE), "a number");
  const [, time = ""] = line.need(line.take(REST), "a timestamp or the end of the line");
  return { sample: { ...named, value: numberOf(value) }, time, isComposite: false };
}

function numberOf(text: string): number {
  const infinite = /^([+-]?)inf/i.exec(text);
  return infinite === null ? Number(text) : infinite[1] === "-" ? -Infinity : Infinity;
}

const TYPES: Readonly<Record<string, Family["type"]>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  gaugehistogram: "unknown",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
};

/** Suffixes of the samples of a family, by its type. */
const PARTS = {
  counter: ["_total", "_created"],
  gauge: ["_info"],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  summary: ["_count", "_sum", "_created"],
  unknown: [],
} as const satisfies Record<Family["type"], readonly string[]>;

/** A family that the page is not through with. */
interface Unfinished {
  type: Family["type"];
  help: string;
  readonly samples: Sample[];
  isTyped?: true;
  fault?: string | undefined;
}

/** What a page has said so far. */
class Page {
  readonly families = new Map<string, Unfinished>();
  series = 0;
  created = false;
  private readonly owners = new Map<string, string>();
  private readonly seen = new Set<string>();

  /** A line of TYPE. */
  type(name: string, type: Family["type"], line: number): void {
    const family = this.family(name);
    if (family.isTyped) {
      family.fault ??= `has its TYPE twice, again in line ${line}; let the program expose it once`;
    }
    family.isTyped = true;
    this.declare(name, type);
  }

  declare(name: string, type: Family["type"]): void {
    this.family(name).type = type;
    [name, ...PARTS[type].map((part) => `${name}${part}`)].forEach((one) => this.owners.set(one, name));
  }

  family(name: string): Unfinished {
    const family = this.families.get(name) ?? { type: "unknown" as const, help: "", samples: [] };
    this.families.set(name, family);
    return family;
  }

  add({ sample, time, isComposite }: SampleLine, line: number): void {
    const { name, labels } = sample;
    // A page without types has names that say them.
    if (!this.owners.has(name) && name.endsWith("_bucket") && "le" in labels) {
      this.declare(name.slice(0, -"_bucket".length), "histogram");
    }
    this.series += 1;
    this.created ||= name.endsWith("_created") && this.owners.has(name);
    const family = this.family(this.owners.get(name) ?? name);
    family.samples.push(sample);
    family.fault ??= isComposite
      ? "has native histograms, which no rule here reads; expose it with buckets instead"
      : this.faultOf(family, sample, time, line);
    if (this.series > MOST_SERIES) {
      throw new SyntaxError(tooMany(this.families));
    }
  }

  private faultOf({ type }: Unfinished, sample: Sample, time: string, line: number): string | undefined {
    const { name, labels, value } = sample;
    const key = JSON.stringify([name, time, Object.entries(labels).sort()]);
    if (this.seen.has(key)) {
      return `has a series twice, again in line ${line}; let the program expose it once`;
    }
    this.seen.add(key);
    const grows =
      type === "histogram" || type === "summary" ? /_(?:bucket|count)$/.test(name) : type === "counter";
    return grows && value < 0
      ? `counts less than nothing in line ${line}; what may fall is a gauge, and its TYPE should say so`
      : undefined;
  }
}

const COMMENT = /^#[ \t]+(TYPE|HELP)[ \t]+"?([^\s"]+)"?[ \t]*(.*)$/;

/**
 * Reads the text format 0.0.4 and OpenMetrics 1.0 (ADR 29: the library of npm takes anything for a sample).
 * Source: Prometheus docs, "Exposition formats".
 * @throws SyntaxError which says where the page is none, or that it has too many series
 */
export function readExposition(text: string): Exposition {
  const page = new Page();
  let number = 0;
  for (const line of lines(text)) {
    number += 1;
    const [, keyword, name = "", said = ""] = COMMENT.exec(line) ?? [];
    if (keyword === "TYPE") {
      page.type(name, TYPES[said.trim()] ?? "unknown", number);
    } else if (keyword === "HELP") {
      page.family(name).help = unescaped(said);
    } else if (line.trim() !== "" && !line.startsWith("#")) {
      page.add(sampleOf(line.trim(), number), number);
    }
  }
  return {
    families: [...page.families].flatMap(([name, family]) => finished(name, family)),
    series: page.series,
    createdTimestamps: page.created && /^# EOF\s*$/m.test(text.slice(-100)),
  };
}

function* lines(text: string): Iterable<string> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    const to = end === -1 ? text.length : end;
    yield text.slice(from, text[to - 1] === "\r" ? to - 1 : to);
    from = to + 1;
  }
}

function tooMany(families: ReadonlyMap<string, { readonly samples: readonly Sample[] }>): string {
  const [name = "", { samples } = { samples: [] }] =
    [...families].sort(([, a], [, b]) => b.samples.length - a.samples.length)[0] ?? [];
  return `it has more than ${MOST_SERIES} series, [${name}] alone ${samples.length} of them; take away the label that makes them so many, or save a part of the page and name that file`;
}

/** When series were created is no metric, and neither is a name that nothing was counted under. */
function finished(name: string, { type, help, samples, fault }: Unfinished): readonly Family[] {
  const kept = samples
    .filter((sample) => type === "gauge" || !sample.name.endsWith("_created"))
    .map((sample) => ({ ...sample, labels: storedLabels(sample.labels) }));
  const [first] = kept;
  if (first === undefined || (type === "gauge" && name.endsWith("_created"))) {
    return [];
  }
  const isPart = type === "histogram" || type === "summary";
  return [
    {
      name: isPart ? name : first.name,
      type: type === "unknown" ? guessed(first) : type,
      help,
      samples: kept,
      ...(fault === undefined ? {} : { fault }),
    },
  ];
}

function guessed({ name }: Sample): Family["type"] {
  return name.endsWith("_total") ? "counter" : "unknown";
}

/** A program's own label that every target has as well is stored as `exported_<name>`, and an empty one is none. */
function storedLabels(labels: Sample["labels"]): Sample["labels"] {
  const entries = Object.entries(labels);
  return entries.some(([label, value]) => value === "" || isOfTarget(label))
    ? Object.fromEntries(
        entries
          .filter(([, value]) => value !== "")
          .map(([label, value]) => [isOfTarget(label) ? `exported_${label}` : label, value]),
      )
    : labels;
}
