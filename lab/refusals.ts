import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { atMost } from "./at-most";
import type { Toolchain } from "./toolchain";
import { runInGroup } from "./toolchain/process-group";

/** Programs that read generated files without serving them; one that is not on this machine is left out. */
export type Readers = Partial<Pick<Toolchain, "promtool" | "amtool">>;

/** What a server would not start with. */
export interface Refusal {
  /** Relative to the folder that was read. */
  readonly file: string;
  readonly program: keyof Readers;
  /** The program's own words, on one line. */
  readonly says: string;
}

const PROMETHEUS = "prometheus/prometheus.yml";
const ALERTMANAGER = ["alertmanager/alertmanager.yml", "gmp/alertmanager.yaml", "operator/alertmanager.yaml"];
const TESTS = "prometheus/tests";
const TEMPLATES = "alertmanager/templates/*.tmpl";
/** Where `filledIn` is, for promtool to fill in what alerts say. */
export const FILLED = "prometheus/filled";

/** A program that has not answered by then never will; each takes a fraction of a second. */
const TIMEOUT_MS = 60_000;

/**
 * Lets the real programs read what they would serve, in a folder of generated files: promtool `prometheus.yml` with
 * its rules, amtool every configuration of Alertmanager, and every text in it filled in, since a template that there
 * is none of shows only then.
 * @throws the signal's reason
 */
export async function refusals(
  folder: string,
  { promtool, amtool }: Readers,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const found = await atMost(AT_ONCE, [
    ...(promtool === undefined
      ? []
      : [
          ...[prometheusRefusals, fillingRefusals].map((read) => () => read(folder, promtool, signal)),
          ...examplesIn(folder).map((file) => () => exampleRefusals(folder, file, promtool, signal)),
        ]),
    ...(amtool === undefined
      ? []
      : ALERTMANAGER.filter((file) => existsSync(join(folder, file))).flatMap((file) =>
          [["check-config", join(folder, file)], ...renderings(folder, file)].map(
            (args) => () => alertmanagerRefusals(folder, file, amtool, args, signal),
          ),
        )),
  ]);
  // One fault shows in every sample of a notification.
  return [...new Map(found.flat().map((refusal) => [JSON.stringify(refusal), refusal])).values()];
}

async function prometheusRefusals(
  folder: string,
  promtool: string,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const args = ["check", "config", "--lint=all", "--lint-fatal", join(folder, PROMETHEUS)];
  const said = await complaint(promtool, args, signal);
  return faultsIn(said, folder).map((line) => {
    const [, file = PROMETHEUS, says = line] = /^(prometheus\/\S+?\.yml): (.+)$/.exec(line) ?? [];
    return { file, program: "promtool", says };
  });
}

/** More would wait for each other, and each of them has but a minute. */
const AT_ONCE = 4;

/** The files of examples of queries, relative to the folder of tests. */
function examplesIn(folder: string): readonly string[] {
  const tests = join(folder, TESTS);
  return existsSync(tests)
    ? readdirSync(tests, { recursive: true, encoding: "utf8" })
        .filter((file) => /(?<!\.rules)\.yml$/.test(file))
        .sort()
    : [];
}

/** Examples of queries that say something else than Prometheus does. */
async function exampleRefusals(
  folder: string,
  file: string,
  promtool: string,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const said = await complaint(promtool, ["test", "rules", join(folder, TESTS, file)], signal);
  const says = faultsIn(said, folder).join("; ");
  const refusal = { file: `${TESTS}/${file}`, says: `the examples are not so: ${says}` };
  return says === "" ? [] : [{ ...refusal, program: "promtool" }];
}

/**
 * Texts of alerts that fail when they are filled in: too many arguments of a function, a query that none is. Prometheus
 * loads them, and whoever is paged reads of a template. Nothing is expected of the alerts, so promtool shows each.
 */
async function fillingRefusals(
  folder: string,
  promtool: string,
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const file = join(folder, `${FILLED}.yml`);
  const said = existsSync(file) ? await complaint(promtool, ["test", "rules", file], signal, true) : "";
  const alerts = said.matchAll(
    /Labels:\{.*?alertname="([^"]+)".*? service="([^"]+)".*\}\n\s+Annotations:\{(.*)\}/g,
  );
  return [...alerts].flatMap(([, alert = "", service = "", annotations = ""]) =>
    [...annotations.matchAll(FAILED_TEXT)]
      // There is no sample here, and may be one there.
      .filter(([, , why = ""]) => !why.includes("first() called on vector with no elements"))
      .map(([, annotation = "", why = ""]) => ({
        file: `prometheus/rules/${service}.yml`,
        program: "promtool" as const,
        says: `the ${annotation} of ${alert} cannot be filled in at ${why.replaceAll('\\"', '"')}`,
      })),
  );
}

const FAILED_TEXT =
  /(\w+)="<error expanding template: error executing template .*?executing \\"[^"]*\\" at (.*?)>"(?:, |$)/g;

async function alertmanagerRefusals(
  folder: string,
  file: string,
  amtool: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<readonly Refusal[]> {
  const said = await complaint(amtool, args, signal);
  return faultsIn(said, folder).map((says) => ({ file, program: "amtool", says }));
}

/** Arguments of amtool that fill in the texts of a configuration, as text or as HTML, for alerts that fire and that have ended. */
function renderings(folder: string, file: string): readonly (readonly string[])[] {
  const texts = templatedTexts(undefined, parse(readFileSync(join(folder, file), "utf8")));
  return SAMPLES.flatMap((sample, index) => {
    const data = join(folder, `notification-${index}.json`);
    writeFileSync(data, JSON.stringify(sample));
    return (["text", "html"] as const).flatMap((type) => {
      const own = [...new Set(texts.filter((text) => text.type === type).map(({ template }) => template))];
      return own.length === 0
        ? []
        : [
            [
              "template",
              "render",
              `--template.glob=${join(folder, TEMPLATES)}`,
              `--template.type=${type}`,
              `--template.data=${data}`,
              `--template.text=${own.join("\n")}`,
            ],
          ];
    });
  });
}

const LABELS = { alertname: "Sample", environment: "prod", service: "sample", severity: "critical" };

/** What Alertmanager hands to a template: of two alerts one has ended, or both have. */
const SAMPLES = (["firing", "resolved"] as const).map((status) => ({
  receiver: "sample",
  status,
  alerts: [status, "resolved"].map((one) => ({
    status: one,
    labels: LABELS,
    annotations: { summary: "A sample", runbook_url: "https://sample.example/" },
    startsAt: "2026-01-02T03:04:05Z",
    endsAt: "2026-01-02T04:04:05Z",
    generatorURL: "https://sample.example/",
    fingerprint: "0000000000000000",
  })),
  groupLabels: LABELS,
  commonLabels: LABELS,
  commonAnnotations: {},
  externalURL: "https://sample.example/",
}));

interface TemplatedText {
  readonly type: "text" | "html";
  readonly template: string;
}

/** Every text of a configuration that Alertmanager would fill in. */
function templatedTexts(key: string | undefined, value: unknown): readonly TemplatedText[] {
  if (typeof value === "string") {
    return value.includes("{{") ? [{ type: key === "html" ? "html" : "text", template: value }] : [];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => templatedTexts(name, inner))
    : [];
}

/** What a program says when it refuses, its end or the whole of it; nothing where it does not. */
async function complaint(
  file: string,
  args: readonly string[],
  signal: AbortSignal,
  whole = false,
): Promise<string> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { code, errors } = await runInGroup({
      file,
      args,
      cwd: process.cwd(),
      env: process.env,
      signal: AbortSignal.any([signal, timeout]),
      ...(whole ? { keep: Number.MAX_SAFE_INTEGER } : {}),
    });
    return code === 0 ? "" : errors === "" ? `ended with [${code ?? "a signal"}] and without a word` : errors;
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) {
      return `did not answer within ${TIMEOUT_MS / 1_000} s`;
    }
    throw error;
  }
}

/** Lines that say what is wrong, each once, without the folder and without what only says that something is. */
function faultsIn(said: string, folder: string): readonly string[] {
  const lines = said
    .replaceAll(`${folder}/`, "")
    .split("\n")
    .map((line) =>
      line.replace(/^\s*(?:amtool: error: (?:template: :\d+:\d+: executing "" at )?|FAILED: ?)/, "").trim(),
    )
    .filter((line) => line !== "" && !line.startsWith("failed to validate ") && !/ level=WARN /.test(line));
  return [...new Set(lines)];
}
