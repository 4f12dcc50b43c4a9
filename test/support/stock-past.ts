import { mkdirSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { writeBlocks } from "../../lab/backfill";
import { PastEngine } from "../../lab/backtest/engine";
import { placeOf } from "../../plan/environment";
import type { Checkout } from "./checkout";
import { planOf } from "./plan";
import { toolchain } from "./toolchain";

const PLAN = planOf("prod");
export const MINUTE = 60_000;
/** A Monday, and two days later. */
const [MONDAY, WEDNESDAY] = ["2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z"].map((time) =>
  Date.parse(time),
) as [number, number];
const at = (time: string): number => Date.parse(`2026-11-${time}:00Z`);

/** How full the disk was, and when: in working hours, at night, too shortly for an alert, and less full. */
const DISK: readonly (readonly [from: number, to: number, used: number])[] = [
  [at("23T10:00"), at("23T10:30"), 0.95],
  [at("24T03:00"), at("24T03:40"), 0.95],
  [at("24T19:00"), at("24T19:03"), 0.95],
  [at("24T12:00"), at("24T12:20"), 0.7],
];

/** Two days in which every target answers. */
function* past(): Generator<string> {
  const line = (
    name: string,
    labels: Readonly<Record<string, string>>,
    value: number,
    time: number,
  ): string => {
    const all = Object.entries({ ...labels, ...placeOf(PLAN.environment) });
    return `${name}{${all.map(([label, text]) => `${label}="${text}"`).join(",")}} ${value} ${time / 1_000}`;
  };
  for (const { job, labels } of PLAN.scrape.jobs) {
    for (let time = MONDAY; time < WEDNESDAY; time += MINUTE) {
      yield line("up", { job, instance: `${job}-0`, ...labels }, 1, time);
    }
  }
  for (let time = MONDAY; time < WEDNESDAY; time += MINUTE) {
    const [, , used = 0.4] = DISK.find(([from, to]) => from <= time && time < to) ?? [];
    yield line(
      "stock_disk_used_ratio",
      { job: "stock-api", instance: "stock-api-0", service: "stock" },
      used,
      time,
    );
  }
  yield "# EOF";
}

/** A server that has those two days, whose folders are below another. The caller stops it. */
export async function stockServer(
  folder: string,
): Promise<{ readonly server: PastEngine; readonly blocks: string }> {
  const { prometheus, promtool } = await toolchain();
  const signal = new AbortController().signal;
  const blocks = path.join(folder, "blocks");
  await writeBlocks(past(), { folder, data: blocks, toolchain: { promtool }, signal });
  mkdirSync(path.join(folder, "server"));
  const server = await PastEngine.start({
    folder: path.join(folder, "server"),
    toolchain: { prometheus },
    added: {},
    lookback: "5m",
    signal,
  });
  await server.add([blocks]);
  return { server, blocks };
}

/** Leaves one service in a checkout: few rules are soon evaluated. */
export function withStockAlone(checkout: Checkout): void {
  checkout.write("services/index.ts", 'import { stock } from "./stock";\nexport const services = [stock];\n');
  const stack = parse(checkout.text("Pulumi.prod.yaml")) as {
    readonly config: Record<string, Record<string, unknown>>;
  };
  for (const place of ["runbooks", "receivers.critical", "receivers.warning"]) {
    const [key = "", inner] = place.split(".");
    const map = stack.config[`tocsin:${key}`] ?? {};
    const names = inner === undefined ? map : (map[inner] as Record<string, unknown>);
    Reflect.deleteProperty(names, "orders");
  }
  checkout.write("Pulumi.prod.yaml", stringify(stack));
}
