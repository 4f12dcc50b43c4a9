import { compareText } from "../slo/order";
import { holdsData } from "./resource-diff";

/** A step of what the engine would do, as `pulumi preview --json` writes it. */
export interface PreviewStep {
  readonly op: string;
  readonly urn: string;
  /** Properties that differ. */
  readonly diffReasons?: readonly string[] | null | undefined;
  /** Properties for which the provider replaces the resource. */
  readonly replaceReasons?: readonly string[] | null | undefined;
}

/** What happens to a resource, what hurts first. */
const KINDS = [
  { heading: "Replaced", ops: ["replace", "create-replacement", "delete-replaced"], hurts: true },
  { heading: "Deleted", ops: ["delete", "discard"], hurts: true },
  { heading: "Updated", ops: ["update"], hurts: false },
  { heading: "Created", ops: ["create"], hurts: false },
  {
    heading: "Read or imported",
    ops: ["read", "read-replacement", "import", "import-replacement"],
    hurts: false,
  },
] as const;

/** Resources that are listed of a kind before the rest is counted. */
const MOST = 40;

/** What a provider would do, as Markdown: replacements and deletions first, and what holds data named as such. */
export function previewMarkdown(stack: string, steps: readonly PreviewStep[]): string {
  const changed = steps.filter(({ op }) => KINDS.some(({ ops }) => ops.some((one) => one === op)));
  const unknown = steps.filter(
    ({ op }) => op !== "same" && op !== "refresh" && !changed.some((one) => one.op === op),
  );
  const title = `## What \`pulumi up\` would do to \`${stack}\``;
  if (changed.length + unknown.length === 0) {
    return `${title}\n\nNothing.\n`;
  }
  const kinds = KINDS.map(({ heading, ops, hurts }) => {
    const own = changed.filter(({ op }) => ops.some((one) => one === op));
    return { heading, hurts, resources: resourcesOf(own) };
  }).filter(({ resources }) => resources.length > 0);
  const lost = kinds
    .filter(({ hurts }) => hurts)
    .flatMap(({ resources }) => resources.filter(({ isData }) => isData));
  const story = kinds
    .map(({ heading, resources }) => `${heading.toLowerCase()}: ${resources.length}`)
    .join(", ");
  const sections = kinds.map(({ heading, resources }) => {
    const lines = resources.slice(0, MOST).map(({ text }) => `- ${text}`);
    const rest = resources.length > MOST ? [`- and ${resources.length - MOST} more`] : [];
    return [`### ${heading}`, "", ...lines, ...rest].join("\n");
  });
  return (
    [
      title,
      `${story[0]?.toUpperCase() ?? ""}${story.slice(1)}${lost.length === 0 ? "" : `; **of these ${lost.length} hold data**`}`,
      ...(unknown.length === 0
        ? []
        : [
            `Steps of a kind that is not known here: ${[...new Set(unknown.map(({ op }) => op))].sort(compareText).join(", ")}`,
          ]),
      ...sections,
    ].join("\n\n") + "\n"
  );
}

interface Resource {
  readonly text: string;
  readonly isData: boolean;
}

/** Each resource once: a replacement is several steps. */
function resourcesOf(steps: readonly PreviewStep[]): readonly Resource[] {
  const found = new Map<string, Resource>();
  for (const { urn, replaceReasons, diffReasons } of steps) {
    const [, , types = "", ...names] = urn.split("::");
    const type = types.split("$").at(-1) ?? types;
    const name = `${type.split(":").at(-1) ?? type} ${names.join("::")}`;
    const because = replaceReasons?.length ? replaceReasons : (diffReasons ?? []);
    const isData = holdsData(name);
    const text = `${isData ? "**" : ""}\`${name}\`${isData ? " (holds data)**" : ""}`;
    const reasons = because.length === 0 ? "" : `: ${[...because].sort(compareText).join(", ")}`;
    if (reasons !== "" || !found.has(name)) {
      found.set(name, { text: `${text}${reasons}`, isData });
    }
  }
  return [...found].sort(([one], [other]) => compareText(one, other)).map(([, resource]) => resource);
}
