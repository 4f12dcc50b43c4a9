import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
  type DataSourceRef,
} from "@grafana/grafana-foundation-sdk/common";
import { PanelBuilder as BarsBuilder } from "@grafana/grafana-foundation-sdk/bargauge";
import {
  DashboardLinkType,
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type DashboardLink,
  type DynamicConfigValue,
  type FieldColor,
  type GridPos,
  type Panel,
  type ThresholdsConfig,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as GraphBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import {
  panelId,
  type Column,
  type GraphSpec,
  type Link,
  type PanelSpec,
  type PlannedPanel,
  type Query,
  type StatSpec,
  type Step,
  type TableSpec,
} from "../../plan/dashboard";
import { DATA_SOURCE } from "../../plan/names";
import { COLOURS, UNITS } from "./style";

/** What the builders of all kinds of panels share. */
interface PanelBuilder extends Builder<Panel> {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: DataSourceRef): this;
  colorScheme(color: Builder<FieldColor>): this;
  decimals(decimals: number): this;
  gridPos(place: GridPos): this;
  links(links: Builder<DashboardLink>[]): this;
  thresholds(thresholds: Builder<ThresholdsConfig>): this;
  unit(unit: string): this;
}

/** A panel in Grafana's words, without a place on the grid. */
export function panelBuilder(spec: PlannedPanel): PanelBuilder {
  switch (spec.kind) {
    case "stat":
      return stat(spec);
    case "bars":
      return bars(spec);
    case "graph":
      return graph(spec);
    case "table":
      return table(spec);
  }
}

/** One number: the newest value, coloured by the steps. */
function stat(spec: StatSpec): PanelBuilder {
  return dressed(
    spec,
    new StatBuilder()
      .colorMode(spec.steps === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.None)
      .reduceOptions(last())
      .targets(spec.queries.map((query, index) => target(query, index).instant())),
  );
}

/** One bar per series: the newest values beside each other. */
function bars(spec: StatSpec): PanelBuilder {
  return dressed(
    spec,
    new BarsBuilder()
      .orientation(VizOrientation.Horizontal)
      .min(0)
      .reduceOptions(last())
      .targets(spec.queries.map((query, index) => target(query, index).instant())),
  );
}

/** Lines or bars over time; the steps are drawn as dashed lines. */
function graph(spec: GraphSpec): PanelBuilder {
  const style = spec.draw === "bars" ? GraphDrawStyle.Bars : GraphDrawStyle.Line;
  const limits = spec.steps === undefined ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed;
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
  const builder = new GraphBuilder()
    .drawStyle(style)
    .fillOpacity(spec.draw === "bars" ? 60 : 0)
    .axisSoftMin(0)
    .legend(legend)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(limits))
    .targets(spec.queries.map((query, index) => target(query, index).range()));
  if (spec.span !== undefined) {
    builder.timeFrom(spec.span);
  }
  if (spec.step !== undefined) {
    builder.interval(spec.step);
  }
  return dressed(spec, builder, FieldColorModeId.PaletteClassic);
}

/** A row for each set of labels, a column for each query. */
function table(spec: TableSpec): PanelBuilder {
  const labels = Object.keys(spec.by);
  const headings = [...labels, ...spec.columns.map((_, index) => `Value #${refId(index)}`)];
  const builder = new TableBuilder()
    .targets(
      spec.columns.map((column, index) =>
        target({ expr: column.expr, legend: column.title }, index).instant().format(PromQueryFormat.Table),
      ),
    )
    .sortBy([new TableSortByFieldStateBuilder().displayName(spec.sortBy).desc(false)])
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(headings.map((name, index) => [name, index])),
        renameByName: {
          ...spec.by,
          ...Object.fromEntries(
            spec.columns.map((column, index) => [`Value #${refId(index)}`, column.title]),
          ),
        },
      },
    });
  for (const column of spec.columns) {
    builder.overrideByName(column.title, columnStyle(column));
  }
  return dressed(spec, builder);
}

function columnStyle(column: Column): DynamicConfigValue[] {
  const coloured = [
    { id: "thresholds", value: thresholds(column.steps).build() },
    { id: "custom.cellOptions", value: { type: TableCellDisplayMode.ColorText } },
  ];
  return [
    { id: "unit", value: UNITS[column.unit] },
    { id: "decimals", value: column.decimals },
    ...(column.steps === undefined ? [] : coloured),
  ];
}

/** @param colours by the steps, unless a panel has lines to tell apart */
function dressed(
  spec: PanelSpec,
  builder: PanelBuilder,
  colours: FieldColorModeId = FieldColorModeId.Thresholds,
): PanelBuilder {
  builder
    .id(panelId(spec.key))
    .title(spec.title)
    .description(spec.description)
    .datasource(dataSource())
    .unit(UNITS[spec.unit])
    .colorScheme(new FieldColorBuilder().mode(colours))
    .thresholds(thresholds(spec.steps));
  if (spec.decimals !== undefined) {
    builder.decimals(spec.decimals);
  }
  if (spec.links !== undefined && spec.links.length > 0) {
    builder.links(spec.links.map(link));
  }
  return builder;
}

/** A link that opens beside the dashboard. Written out, because the SDK's builder hides every link in a menu. */
export function link({ title, url }: Link): Builder<DashboardLink> {
  const fields: DashboardLink = {
    title,
    url,
    type: DashboardLinkType.Link,
    icon: "external link",
    tooltip: "",
    tags: [],
    asDropdown: false,
    targetBlank: true,
    includeVars: false,
    keepTime: false,
  };
  return { build: () => fields };
}

function target({ expr, legend }: Query, index: number): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId(index)).datasource(dataSource()).expr(expr).legendFormat(legend);
}

/** Letters, as Grafana gives them; the table's transformations name columns by them. */
function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** A query of an instant has one value; the newest, should a panel ever be given more. */
function last(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(["lastNotNull"]);
}

function thresholds(steps: readonly Step[] = [{ from: null, colour: "plain" }]): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(steps.map(({ from, colour }) => ({ value: from, color: COLOURS[colour] })));
}

function dataSource(): DataSourceRef {
  return { type: DATA_SOURCE.type, uid: DATA_SOURCE.uid };
}
