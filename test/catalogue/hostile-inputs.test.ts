import fc from "fast-check";
import { parse } from "yaml";
import { renderMarkdown } from "../../backends/runbook-site/markdown";
import { runbookChange } from "../../cli/scaffold/runbook";
import { readRunbook } from "../../generators/runbooks";
import type { ConfigResult } from "../../config/environment";
import { checkBackend, checkSound, backendNotices } from "../../backends/check";
import { monitoringFiles, probeFiles, runbookFiles } from "../../backends/files";
import { grafanaContent } from "../../backends/grafana/content";
import { kubernetesFiles } from "../../backends/kubernetes/files";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { readContent } from "../../config/content";
import { completeSecrets } from "../../config/secrets";
import { planFrom } from "../../generators/monitoring-plan";
import { objectiveNotices } from "../../generators/objective-notices";
import { SELF } from "../../plan/names";
import type { Content, RunbookSource } from "../../plan/content";
import { services } from "../fixture/services";
import { defineService } from "../../parts/define-service";
import { httpServer } from "../../parts/servers";
import { formatProblems, type Problem } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { fromFile, stackText } from "../support/config-sources";
import { ENVIRONMENTS, FIXTURE, STACKS, environmentFor } from "../support/stacks";

/** The same inputs at every run; CONTRIBUTING.md says how others are tried. */
const SEED = Number(process.env["TOCSIN_SEED"] ?? 11);
const MANY = Number(process.env["TOCSIN_RUNS"] ?? 1);

/** Of the processor's time, which other programs take nothing from; what takes seconds is mended, what takes so many hangs. */
const HANG_MS = Number(process.env["TOCSIN_HANG_MS"] ?? 30_000);

const runs = (numRuns: number): fc.Parameters<unknown> => ({
  seed: SEED,
  numRuns: numRuns * MANY,
  endOnFailure: true,
});

/** Names that every object has, or that mean something to somebody. */
const NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty", "default", "then", "<<", "length"];

const TEXTS = [
  ...NAMES,
  ...[
    "",
    " ",
    "\n",
    "0",
    "-1",
    "1e309",
    "010",
    "null",
    "{{",
    "}}",
    "{{ $value }}",
    "${x}",
    "[secret]",
    "*a",
    "&a",
  ],
  ...[
    "é",
    "\u0000",
    "\u202eabc",
    "\ud800",
    "💥",
    "٣",
    "'",
    '"',
    "\\",
    "(?!2)...",
    "(a+)+$",
    "[",
    "a.b",
    "a/b",
    "../..",
  ],
  ...[
    "1d",
    "0s",
    "106752d",
    "99.9999999%",
    "101%",
    "-5%",
    "https://[::1]:0/",
    "http://ü.example",
    "x".repeat(300),
  ],
  ...["a ".repeat(20_000), "[your".repeat(8_000), "{{ ".repeat(10_000), "(".repeat(5_000)],
];

const NUMBERS = [0, -0, -1, 0.1, 2.5, 65_536, 1e9, 2 ** 53, 1e21, 1e308, -1e308, NaN, Infinity, -Infinity];

/** What JSON and YAML can say. */
const saying = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<unknown>(...TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...NUMBERS, true, false, null) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>([], {}, [[]], [null], ["a", "a"], nested(30), nested(500)),
  },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom<unknown>("a", 1, [], {})),
  },
);

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) {
    value = level % 2 === 0 ? { a: value } : [value];
  }
  return value;
}

function holdsItself(): unknown {
  const value: Record<string, unknown> = {};
  value["a"] = [value];
  return value;
}

/** What a program can say besides. */
const programmed = fc.oneof(
  { weight: 6, arbitrary: saying },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      undefined,
      () => "a",
      Symbol("a"),
      1n,
      new Date(0),
      new Map(),
      holdsItself(),
    ),
  },
);

type Path = readonly string[];

/** Every place in data; of a list only its beginning and its end. */
function placesIn(value: unknown, above: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || above.length > 12) {
    return [];
  }
  const keys = Object.keys(value);
  const some = Array.isArray(value) && keys.length > 3 ? [keys[0], keys[1], keys.at(-1)] : keys;
  return some
    .filter((key) => key !== undefined)
    .flatMap((key) => [
      [...above, key],
      ...placesIn((value as Readonly<Record<string, unknown>>)[key], [...above, key]),
    ]);
}

/** How one place of data is spoiled. */
type Spoiling =
  | { readonly how: "replace"; readonly by: unknown }
  | { readonly how: "rename"; readonly to: string }
  | { readonly how: "remove" | "twice" | "inherit" };

const spoilings = (values: fc.Arbitrary<unknown>): fc.Arbitrary<Spoiling> =>
  fc.oneof(
    { weight: 6, arbitrary: values.map((by) => ({ how: "replace", by }) as const) },
    { weight: 2, arbitrary: fc.constantFrom(...TEXTS).map((to) => ({ how: "rename", to }) as const) },
    { weight: 2, arbitrary: fc.constantFrom("remove", "twice", "inherit").map((how) => ({ how }) as const) },
  );

/** A copy of data that is spoiled at one place. */
function spoiled(value: unknown, [key = "", ...below]: Path, spoiling: Spoiling): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).flatMap(([name, part]): readonly (readonly [string, unknown])[] => {
    if (name !== key) return [[name, part]];
    if (below.length > 0) return [[name, spoiled(part, below, spoiling)]];
    switch (spoiling.how) {
      case "replace":
        return [[name, spoiling.by]];
      case "rename":
        return [[spoiling.to, part]];
      case "remove":
        return [];
      case "twice":
        return [
          [name, Array.isArray(part) ? [...(part as unknown[]), ...(part as unknown[])] : part],
          [`${name}2`, part],
        ];
      case "inherit":
        return [[name, typeof part === "object" ? (Object.create(part as object | null) as unknown) : part]];
    }
  });
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

/** Data that is spoiled at one to three of its places. */
function spoiledAt(data: unknown, values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const places = placesIn(data);
  return fc
    .array(fc.tuple(fc.constantFrom(...places), spoilings(values)), { minLength: 1, maxLength: 3 })
    .map((steps) => steps.reduce<unknown>((value, [place, how]) => spoiled(value, place, how), data));
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] };

/** What was refused is refused in words, at a place and with a remedy. */
function expectWords(outcome: Outcome): void {
  if (!outcome.ok) {
    const wordless = outcome.problems.filter(({ path, message, remedy }) =>
      [path, message, remedy].some((text) => typeof text !== "string" || text === ""),
    );
    expect({ count: outcome.problems.length > 0, wordless }).toEqual({ count: true, wordless: [] });
    expect(formatProblems(outcome.problems)).not.toMatch(
      /\[object |\bundefined\b.*is not|TypeError|RangeError/,
    );
  }
}

/** All that `check` does in this process, and `render` with the files that it writes. */
function carryOut(config: ConfigResult, declared: unknown, content: Content): Outcome {
  const generated = planFrom(
    config,
    { services: declared as readonly Service[], environments: ENVIRONMENTS },
    content,
  );
  if (!config.ok || !generated.ok) {
    const problems = generated.ok ? [] : [...generated.problems, ...checkSound(generated)];
    return { ok: false, problems };
  }
  const { plan } = generated;
  const problems = checkBackend(plan);
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  completeSecrets("dev", plan, config.secrets);
  backendNotices(plan);
  objectiveNotices(plan);
  grafanaContent(plan);
  monitoringFiles(plan);
  probeFiles(plan);
  runbookFiles(plan);
  kubernetesFiles(allObjects(clusterObjects(plan)));
  return { ok: true };
}

/** Runs something that may take its time and may say no, and nothing else. */
function expectOutcome(run: () => Outcome): Outcome {
  const start = process.cpuUsage();
  const outcome = run();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1_000).toBeLessThan(HANG_MS);
  expectWords(outcome);
  return outcome;
}

const shop = defineService({ id: "shop", title: "Shop", team: "shop", tier: 2, environments: ["dev"] }, [
  httpServer({
    availability: "99.9%",
    latency: { threshold: "0.3", objective: "95%" },
    requestsPerSecond: 50,
  }),
]);

const repository = readContent(FIXTURE.root);
/** A page that adds to the default one, and one that stands alone. */
const shopPages: readonly RunbookSource[] = ["high-latency", "drain-the-queue"].map((slug) => ({
  service: shop.id,
  slug,
  text: runbookChange(shop, slug, "prod").text ?? "",
}));

/** The pages of the shop, and those of the monitoring that every stack has. */
function contentWith(pages: readonly RunbookSource[]): Content {
  return { runbooks: [...pages, ...repository.runbooks.filter(({ service }) => service === SELF.service)] };
}

/** A configuration without what it says of teams and services that are not among these. */
function configFor(stack: string, declared: readonly Service[]): ConfigResult {
  const config = fromFile(stack, stackText(stack));
  return config.ok ? { ...config, environment: environmentFor(stack, declared) } : config;
}

describe("a problem in words, or success, is all that comes of", () => {
  it("a service that is whole, without a problem", () => {
    expect(expectOutcome(() => carryOut(configFor("dev", [shop]), [shop], contentWith(shopPages)))).toEqual({
      ok: true,
    });
  });

  it.each([
    { who: "the scaffolded one", service: shop, content: contentWith(shopPages), numRuns: 50 },
    ...services.map((service) => ({ who: service.id, service, content: repository, numRuns: 8 })),
  ])("a service that was spoiled: $who", ({ service, content, numRuns }) => {
    const config = configFor("dev", [service]);
    fc.assert(
      fc.property(spoiledAt(service, programmed), (bad) => {
        expectOutcome(() => carryOut(config, [bad], content));
      }),
      runs(numRuns),
    );
  });

  it("what should be services and is not", () => {
    fc.assert(
      fc.property(fc.oneof(programmed, fc.array(programmed, { maxLength: 3 })), (bad) => {
        expectOutcome(() => carryOut(configFor("dev", []), bad, { runbooks: [] }));
      }),
      runs(40),
    );
  });

  it.each(STACKS.map((stack) => ({ stack })))(
    "a stack file of $stack whose values were spoiled",
    ({ stack }) => {
      const { config } = parse(stackText(stack)) as { readonly config: unknown };
      const own = contentWith(shopPages);
      fc.assert(
        fc.property(spoiledAt(config, saying), (bad) => {
          expectOutcome(() => carryOut(fromFile(stack, JSON.stringify({ config: bad })), [shop], own));
        }),
        runs(40),
      );
    },
  );

  it("a stack file whose text was spoiled", () => {
    const text = stackText("prod");
    const pieces = fc.constantFrom(
      ...[
        ...TEXTS,
        "&a",
        "*a",
        "&a [*a]",
        "<<: *a",
        "\t",
        "---\n",
        "? ",
        "!!js/function x",
        "{",
        "[",
        ": ",
        "%TAG",
      ],
      ...[
        "\n  tocsin:cluster: a",
        "\n  constructor: a",
        "\n  tocsin:__proto__: { a: 1 }",
        "\n  ? [a]\n  : b",
      ],
      ...[
        "[".repeat(5_000),
        "- ".repeat(5_000),
        "? ".repeat(5_000),
        "{a: ".repeat(2_000),
        "&a [" + "*a,".repeat(3_000) + "]",
      ],
      ...[
        Array.from({ length: 40_000 }, (_, index) => `\n  tocsin:k${index}: 1`)
          .join("")
          .slice(0, 240_000),
      ],
    );
    const places = fc.array(fc.tuple(fc.nat(text.length), fc.nat(60), pieces), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(places, (edits) => {
        const bad = edits.reduce(
          (left, [at, cut, piece]) => left.slice(0, at) + piece + left.slice(at + cut),
          text,
        );
        expectOutcome(() => fromFile("prod", bad));
      }),
      runs(40),
    );
  });

  it("a runbook that was spoiled", () => {
    const config = configFor("dev", [shop]);
    const marks = [
      ...[
        "*a ",
        "*a **b ",
        "_",
        "`",
        "[",
        "![",
        "](",
        "[a](",
        "<",
        "<a href=",
        "> ",
        "- ",
        "1. ",
        "#",
        "## ",
        "\n",
        "|",
      ],
      ...[
        "\n|-|-|",
        "http://a.b/",
        "\\",
        "&#",
        "&amp;",
        "~~~\n",
        "```promql\n",
        "```sh\n'query=",
        "\n    ",
        "---\n",
      ],
      ...[
        "[a]: b\n",
        "[a][",
        "{{",
        "$",
        "(",
        "sum(",
        "up{a=~'(",
        "\u202e",
        "\u0000",
        "[your",
        "TODO",
        "\ud800",
        "mailto:",
      ],
      ...NAMES,
    ];
    const piece = fc
      .tuple(
        fc.array(fc.constantFrom(...marks), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 2, 50, 6_000),
      )
      .map(([parts, times]) => parts.join("").repeat(times).slice(0, 24_000));
    const edit = fc.tuple(fc.nat(2_000), fc.nat(40), fc.oneof(piece, fc.constantFrom(...TEXTS)));
    fc.assert(
      fc.property(
        fc.constantFrom(...shopPages),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (page, edits) => {
          const text = edits.reduce(
            (left, [at, cut, by]) => left.slice(0, at) + by + left.slice(at + cut),
            page.text,
          );
          const runbooks = shopPages.map((one) => (one === page ? { ...one, text } : one));
          expectOutcome(() => carryOut(config, [shop], contentWith(runbooks)));
          // The rest would hide how long a page takes that is refused for its headings.
          const { page: read } = readRunbook({ ...page, text });
          expectOutcome(() => ({ ok: renderMarkdown(read.markdown, () => undefined).html !== "" || true }));
        },
      ),
      runs(30),
    );
  });
});
