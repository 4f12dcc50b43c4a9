import type { Cost } from "./cost";
import type { Report } from "./tables";

/** What one line says of each part that was measured. */
export function figuresOf(report: Report): ReadonlyMap<keyof Report, string> {
  const { cost, truth, paging, services, plans } = report;
  const falsePages = report["false-pages"];
  const figures: readonly (readonly [keyof Report, string | undefined])[] = [
    ["cost", cost && costFigure(cost)],
    [
      "truth",
      truth &&
        `at most ${percent(worst(truth.map(({ off }) => off.Tocsin)))} wrong in ${truth.length} scenarios; Sloth ${percent(worst(truth.map(({ off }) => off.Sloth)))}`,
    ],
    [
      "paging",
      paging
        ?.filter(({ percent: share }) => share === 10)
        .map(
          ({ by, pages, letsGo }) => `${by} pages after ${minutes(pages)}, lets go after ${minutes(letsGo)}`,
        )
        .join("; "),
    ],
    [
      "false-pages",
      falsePages &&
        `at most ${worst(falsePages.rows.map(({ Tocsin }) => Tocsin)).toFixed(3)} in 28 days, Sloth ${worst(falsePages.rows.map(({ Sloth }) => Sloth)).toFixed(1)} (${falsePages.runs} runs each)`,
    ],
    [
      "services",
      services &&
        `at most ${Math.round(worst(services.map((one) => one.forSlos + one.declared)))} samples a second`,
    ],
    ["plans", plans?.map(({ what, processor }) => `${what}: ${processor.toFixed(1)} s of CPU`).join("; ")],
  ];
  return new Map(figures.flatMap(([part, says]) => (says === undefined ? [] : [[part, says] as const])));
}

function costFigure(costs: readonly Cost[]): string {
  const times = (of: (cost: Cost) => number): string => {
    const ratios = costs.flatMap((cost) => {
      const sloth = costs.find(({ by, series }) => by === "Sloth" && series === cost.series);
      return sloth === undefined || sloth === cost ? [] : [Math.round(of(sloth) / of(cost))];
    });
    return `${Math.min(...ratios)} to ${Math.max(...ratios)} times less`;
  };
  return `samples ${times(({ samples }) => samples)} than Sloth, CPU ${times(({ ms }) => ms)}`;
}

function worst(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function minutes(value: number | undefined): string {
  return value === undefined ? "no time" : `${value.toFixed(1)} min`;
}
