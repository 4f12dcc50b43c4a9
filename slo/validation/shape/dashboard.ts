import type { Dashboard, DashboardRow } from "../../dashboard";
import { filled, line, oneOf, prose, section, text, shapeOf } from "./parts";
import { panelValue } from "./measure";

const panel = section({
  id: text,
  title: line,
  description: prose,
  unit: oneOf("bytes", "count", "dollars", "ratio", "perMinute", "perSecond", "seconds", "onOff"),
  draw: oneOf("number", "graph", "bars"),
  values: filled(section({ name: text.exactOptional(), value: panelValue })),
  target: section({
    good: oneOf("above", "below"),
    target: text,
    limit: text.exactOptional(),
  }).exactOptional(),
});

export const row = shapeOf<DashboardRow>()(
  section({
    id: text,
    title: line,
    panels: filled(panel),
  }),
);

export const dashboard = shapeOf<Dashboard>()(
  section({
    uid: text,
    title: line,
    description: prose,
    rows: filled(row),
  }),
);
