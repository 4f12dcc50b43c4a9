import type { Dashboard } from "./answers";

export type Panel = Dashboard["panels"][number];

/** A colour from a value on; null is below everything. */
interface Step {
  readonly value: number | null;
  readonly color: string;
}

/** How values of a panel, or of a column of it, are shown. Source: Grafana docs, "Panel JSON model", fieldConfig. */
export interface Field {
  readonly unit: string;
  readonly decimals?: number;
  readonly steps: readonly Step[];
}

/** The fields of Grafana's schema that anything is drawn by; the plan holds them as plain JSON. */
interface Spec {
  readonly fieldConfig?: {
    readonly defaults?: {
      readonly unit?: string;
      readonly decimals?: number;
      readonly thresholds?: { readonly steps?: readonly Step[] };
      readonly custom?: {
        readonly drawStyle?: string;
        readonly fillOpacity?: number;
        readonly thresholdsStyle?: { readonly mode?: string };
      };
    };
    readonly overrides?: readonly {
      readonly matcher: { readonly id: string; readonly options?: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
  readonly options?: {
    readonly sortBy?: readonly { readonly displayName: string; readonly desc?: boolean }[];
  };
  readonly transformations?: readonly {
    readonly id: string;
    readonly options?: {
      readonly indexByName?: Readonly<Record<string, number>>;
      readonly renameByName?: Readonly<Record<string, string>>;
    };
  }[];
}

function specOf(panel: Panel): Spec {
  return panel as Spec;
}

/** How a panel shows its values. */
export function fieldOf(panel: Panel): Field {
  const { unit = "short", decimals, thresholds } = specOf(panel).fieldConfig?.defaults ?? {};
  return { unit, ...(decimals === undefined ? {} : { decimals }), steps: thresholds?.steps ?? [] };
}

/** How a column of a table shows its values. */
export function columnField(panel: Panel, name: string): Field {
  const overrides = specOf(panel).fieldConfig?.overrides ?? [];
  const own = overrides.find(({ matcher }) => matcher.id === "byName" && matcher.options === name);
  const value = (id: string): unknown => own?.properties.find((property) => property.id === id)?.value;
  const field = fieldOf(panel);
  const decimals = (value("decimals") as number | undefined) ?? field.decimals;
  return {
    unit: (value("unit") as string | undefined) ?? field.unit,
    ...(decimals === undefined ? {} : { decimals }),
    steps: (value("thresholds") as { readonly steps: readonly Step[] } | undefined)?.steps ?? [],
  };
}

/** How lines are drawn. */
export function lineStyle(panel: Panel): {
  readonly isBars: boolean;
  readonly fill: number;
  readonly showsLimits: boolean;
} {
  const { drawStyle, fillOpacity = 0, thresholdsStyle } = specOf(panel).fieldConfig?.defaults?.custom ?? {};
  return {
    isBars: drawStyle === "bars",
    fill: fillOpacity,
    showsLimits: (thresholdsStyle?.mode ?? "off") !== "off",
  };
}

/** Headings of a table by what a column holds, in order, and the one that it is sorted by. */
export function tableOf(panel: Panel): {
  readonly columns: readonly { readonly key: string; readonly title: string }[];
  readonly sortBy: string;
  readonly isDescending: boolean;
} {
  const { transformations = [], options } = specOf(panel);
  const { indexByName = {}, renameByName = {} } =
    transformations.find(({ id }) => id === "organize")?.options ?? {};
  const keys = Object.keys(indexByName).sort((a, b) => (indexByName[a] ?? 0) - (indexByName[b] ?? 0));
  const [sort] = options?.sortBy ?? [];
  return {
    columns: keys.map((key) => ({ key, title: renameByName[key] ?? key })),
    sortBy: sort?.displayName ?? "",
    isDescending: sort?.desc ?? false,
  };
}

/** Grafana's names of colours by those of the stylesheet. */
const KINDS: Readonly<Record<string, string>> = {
  green: "good",
  yellow: "caution",
  orange: "poor",
  red: "bad",
  text: "plain",
};

export function kindOf(colour: string): string {
  return KINDS[colour] ?? "plain";
}

/** The colour of a value: that of the last step that it reaches. */
export function kindAt({ steps }: Field, value: number | undefined): string {
  const reached = steps.filter((step) => step.value === null || (value !== undefined && value >= step.value));
  return value === undefined ? "plain" : kindOf(reached.at(-1)?.color ?? "text");
}
