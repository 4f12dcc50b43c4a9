import * as field from "./fields";
import { mapping, section } from "./fields";

const MOST_PAGES = 1_000;

/** The people that are paged. */
export const onCall = section({
  zone: field.location.default("UTC").describe("whose clocks say what is work, off or sleep"),
  pagesPerWeek: mapping(
    field.identifier,
    field.count(MOST_PAGES).describe("pages that this team may have in a week"),
    "a mapping of teams to numbers of pages",
  )
    .prefault({})
    .describe(
      "pages that a team may have in a week, by team, with `default` for the rest: `tocsin backtest` ends with 1 where a change would give it more",
    ),
});
