import { writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { TIME_ZONES } from "../../config/time-zones";
import { isDuration } from "../../slo/duration";
import { regexpFault } from "../../slo/regexp";
import { TARGET_LABELS } from "../../slo/telemetry";
import { checkContract } from "../../slo/validation/contract";
import { checkTemplate } from "../../slo/validation/template";
import { toolchain } from "../support/toolchain";
import { removeFolder, runProgram, temporaryFolder } from "../support/program";

/** Annotations as people write them, well and badly. */
const TEMPLATES = [
  "plain text, 100 % of it, with { one } brace",
  ...[
    "{{ $value }}",
    "{{ $value | humanizePercentage }}",
    "{{ $labels.job }}",
    "{{- $value -}}",
    "{{/* said */}}",
  ],
  ...[
    '{{ printf "%.2f" $value }}',
    "{{ .Value }}",
    "{{ .Labels.job }}",
    '{{ index $labels "job" }}',
    "{{ `{{` }}",
  ],
  ...["{{ if gt $value 1.0 }}a{{ else }}b{{ end }}", '{{ range query "up" }}{{ .Labels.job }}{{ end }}'],
  ...[
    '{{ with query "up" }}{{ . | first | value }}{{ end }}',
    "{{ $x := $value }}{{ $x }}",
    "{{ $externalLabels.a }}",
  ],
  ...[
    '{{ range $i, $s := query "up" }}{{ $i }}{{ $s.Value }}{{ end }}',
    "{{ $labels.job | toUpper | title }}",
  ],
  ...[
    '{{ reReplaceAll "a" "b" $labels.job }}',
    '{{ (index (query "up") 0).Value }}',
    "{{ $value }}}",
    "{ {{ $value }} }",
  ],
  ...[
    "{{ $value | humanisePercentage }}",
    "{{ $lables.job }}",
    "{{ $value",
    "{{ $value }",
    "{{ }}",
    "{{ end }}",
  ],
  ...[
    "{{ if $value }}",
    '{{ range query "up" }}',
    "{{ {{ $value }} }}",
    "{{ .Valeu }}",
    "{{ nope }}",
    "{{ $value | }}",
  ],
  ...[
    '{{ "a }}',
    "{{ template }}",
    "{{ else }}",
    "{{ $value ! }}",
    "{{ if }}a{{ end }}",
    "{{ | humanize }}",
    "{{ ( $value }}",
    "{{ $value ) }}",
    "{{ if ($value) }}a{{ else if $value }}b{{ end }}",
  ],
];

const PATTERNS = [
  ...[
    "5..",
    "(?i)5..",
    "a|b",
    "[a-z]+",
    "\\d{3}",
    "",
    "^a$",
    "(?P<x>a)",
    "\\pL",
    "a{1000}",
    ".*?",
    "[[:alpha:]]",
    "\\Qa.b\\E",
  ],
  ...[
    "(?!2)...",
    "(?=a)",
    "(?<=a)b",
    "\\1",
    "(a)\\1",
    "[",
    "(",
    ")",
    "a{1001}",
    "*a",
    "a**",
    "\\p{Nope}",
    "(?<n",
    "[z-a]",
    "(?>a)",
    "\\8",
  ],
];

const DURATIONS = [
  "5m",
  "90s",
  "28d",
  "1h",
  "100ms",
  "106751d",
  "106752d",
  "1.5h",
  "5 m",
  "5M",
  "-5m",
  "m",
  "1e3s",
  "99999999999d",
];

/** Every word of the language; some may be names all the same. Source: Prometheus, promql/parser/lex.go. */
const PROMQL_WORDS = [
  ...[
    "and",
    "or",
    "unless",
    "atan2",
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
  ],
  ...["bottomk", "count_values", "quantile", "limitk", "limit_ratio", "offset", "smoothed", "anchored", "by"],
  ...["without", "on", "ignoring", "group_left", "group_right", "bool", "start", "end", "step", "inf", "nan"],
  ...["fill", "fill_left", "fill_right", "rate", "time", "vector"],
];

/** What a check says of a gauge with one label. */
function judged(metric: string, label: string) {
  const job = { name: "shop", namespace: "shop", port: "metrics", path: "/metrics", instances: 1 };
  const gauge = {
    type: "gauge",
    name: metric,
    help: "",
    job,
    labels: { [label]: ["b"] },
    normal: 1,
  } as const;
  return { metric, label, problems: checkContract("here", { jobs: [job], metrics: [gauge] }) };
}

describe("what a check says early is what the programs say", () => {
  const folder = temporaryFolder();

  afterAll(() => removeFolder(folder));

  /** Which of many rules promtool has something against, by their place. */
  async function refusedRules(rules: readonly object[]): Promise<ReadonlySet<number>> {
    const file = path.join(folder, "rules.yml");
    writeFileSync(file, stringify({ groups: [{ name: "all", rules }] }));
    const { promtool } = await toolchain();
    const { output } = await runProgram(promtool, ["check", "rules", "--lint=none", file]);
    return new Set([...output.matchAll(/rule (\d+),/g)].map(([, place]) => Number(place) - 1));
  }

  it("of templates, patterns and durations", async () => {
    const quoted = (text: string): string => JSON.stringify(text);
    const inputs = [
      ...TEMPLATES.map((text) => ({
        text,
        ours: checkTemplate("here", text).length > 0,
        rule: { expr: "up", annotations: { description: text } },
      })),
      ...PATTERNS.map((text) => ({
        text,
        ours: regexpFault(text) !== undefined,
        rule: { expr: `up{a=~${quoted(text)},b="c"}` },
      })),
      ...DURATIONS.map((text) => ({ text, ours: !isDuration(text), rule: { expr: `rate(up[${text}])` } })),
    ];
    const refused = await refusedRules(inputs.map(({ rule }, place) => ({ alert: `Rule${place}`, ...rule })));
    const theirs = inputs.filter((_, place) => refused.has(place)).map(({ text }) => text);
    const ours = inputs.filter((input) => input.ours).map(({ text }) => text);
    // Fails only when the alert fires, which is too late.
    expect(ours.filter((text) => !theirs.includes(text))).toEqual(["{{ .Valeu }}"]);
    // What stands where in an action is left to promtool.
    expect(theirs.filter((text) => !ours.includes(text))).toEqual(["{{ | humanize }}"]);
    expect(theirs.length).toBeGreaterThan(30);
    expect(theirs.length).toBeLessThan(inputs.length - 30);
  });

  it("of names of metrics and labels, drawn by chance", async () => {
    const words = fc.constantFrom(...PROMQL_WORDS, ...PROMQL_WORDS.map((word) => word.toUpperCase()));
    const signs = fc.stringMatching(/^[aZ_09:.\-é٣$/#]{1,6}$/);
    const name = fc.oneof(words, signs, fc.stringMatching(/^_{0,2}[a-z][a-zA-Z0-9_]{0,8}$/));
    const drawn = fc.sample(fc.tuple(name, fc.oneof(name, fc.constantFrom(...TARGET_LABELS, "le", "team"))), {
      seed: 11,
      numRuns: 500,
    });
    const inputs = drawn.flatMap(([metric, label]) => [
      // A range is taken of a name alone, so that `a-b` is not read as a subtraction.
      { ...judged(metric, "label"), rule: { expr: `rate(${metric}{a="b"}[5m])` } },
      { ...judged("metric", label), rule: { expr: `sum by (${label}) (rate(up{${label}="b"}[5m]))` } },
    ]);
    const refused = await refusedRules(inputs.map(({ rule }, place) => ({ alert: `Rule${place}`, ...rule })));
    const theirs = (place: number): boolean => refused.has(place);
    expect(inputs.filter(({ problems }, place) => problems.length === 0 && theirs(place))).toEqual([]);
    const ours = inputs.filter(({ problems }, place) => problems.length > 0 && !theirs(place));
    // What Prometheus drops after relabelling, or has from somebody else.
    const lost = ({ label, problems }: (typeof ours)[number]): boolean =>
      label.startsWith("__") || problems.every(({ code }) => code === "label-reserved");
    expect(ours.filter((input) => !lost(input))).toEqual([]);
    expect(Math.min(refused.size, ours.length, inputs.length - refused.size - ours.length)).toBeGreaterThan(
      50,
    );
  });

  it("of time zones", async () => {
    const { amtool } = await toolchain();
    const accepts = async (zones: readonly string[]): Promise<boolean> => {
      const file = path.join(folder, "alertmanager.yml");
      const time_intervals = zones.map((location, place) => ({
        name: `zone-${place}`,
        time_intervals: [{ location, times: [{ start_time: "08:00", end_time: "09:00" }] }],
      }));
      writeFileSync(
        file,
        stringify({ route: { receiver: "a" }, receivers: [{ name: "a" }], time_intervals }),
      );
      return (await runProgram(amtool, ["check-config", file])).code === 0;
    };
    expect(await accepts([...TIME_ZONES])).toBe(true);
    for (const zone of ["europe/berlin", "PST", "Europe/Bonn"]) {
      expect({ zone, ours: TIME_ZONES.has(zone), theirs: await accepts([zone]) }).toEqual({
        zone,
        ours: false,
        theirs: false,
      });
    }
  });
});
