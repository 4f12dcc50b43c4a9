import { DIMENSIONS } from "../../plan/names";
import type { Query } from "../../slo/measure";
import { inEachPlace } from "../own-queries";
import { aggregate } from "../promql";
import type { MeasureKind } from "./measure-kind";

/** The highest where a query has several values in a place: each of them would be an alert otherwise. */
export const query: MeasureKind<Query> = {
  expr: ({ query: own }, { here }) => aggregate("max", DIMENSIONS, inEachPlace(own, here)),
  says: ({ says }, { level }) => `${says}: ${level}`,
  panel: ({ query: own, says }) => ({ title: says, text: `\`${own}\``, unit: "count" }),
};
