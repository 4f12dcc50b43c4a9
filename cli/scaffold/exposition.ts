import { TARGET_LABELS } from "../../slo/telemetry";

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
const REST = /(?:[ \t]+[+-]?[\d.eE+-]+)?[ \t]*(?:#[ \t]*\{.*)?$/y;
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

function sampleOf(text: string, number: number): Sample {
  const line = new Line(text, number);
  let name = line.take(NAME)?.[0];
  const labels: [string, string][] = [];
  line.take(BLANK);
  if (line.takes("{")) {
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
  const [value = ""] = line.need(line.take(VALUE), "a number");
  line.need(line.take(REST), "a timestamp or the end of the line");
  return { name: name ?? "", labels: Object.fromEntries(labels), value: numberOf(value) };
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

/** What a page has said so far. */
class Page {
  readonly families = new Map<string, { type: Family["type"]; help: string; samples: Sample[] }>();
  series = 0;
  created = false;
  private readonly owners = new Map<string, string>();

  declare(name: string, type: Family["type"]): void {
    this.family(name).type = type;
    [name, ...PARTS[type].map((part) => `${name}${part}`)].forEach((one) => this.owners.set(one, name));
  }

  family(name: string): { type: Family["type"]; help: string; samples: Sample[] } {
    const family = this.families.get(name) ?? { type: "unknown", help: "", samples: [] };
    this.families.set(name, family);
    return family;
  }

  add(sample: Sample): void {
    const { name, labels } = sample;
    // A page without types has names that say them.
    if (!this.owners.has(name) && name.endsWith("_bucket") && "le" in labels) {
      this.declare(name.slice(0, -"_bucket".length), "histogram");
    }
    this.series += 1;
    this.created ||= name.endsWith("_created") && this.owners.has(name);
    this.family(this.owners.get(name) ?? name).samples.push(sample);
    if (this.series > MOST_SERIES) {
      throw new SyntaxError(tooMany(this.families));
    }
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
      page.declare(name, TYPES[said.trim()] ?? "unknown");
    } else if (keyword === "HELP") {
      page.family(name).help = unescaped(said);
    } else if (line.trim() !== "" && !line.startsWith("#")) {
      page.add(sampleOf(line.trim(), number));
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
function finished(
  name: string,
  { type, help, samples }: { type: Family["type"]; help: string; samples: readonly Sample[] },
): readonly Family[] {
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

function isOfTarget(label: string): boolean {
  return TARGET_LABELS.some((own) => own === label);
}
