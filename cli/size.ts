import type { Catalogue } from "../slo/catalogue";
import { readPrices } from "../config/prices";
import { gibibytes, sizeOf, tooSmall, type Bytes, type Size } from "../review/size";
import { aligned } from "../slo/aligned";
import { formatProblems } from "../slo/problem";
import { say } from "./notice";
import { requireStack } from "./stack";
import { UserError } from "./user-error";

/**
 * `tocsin size <environment>`: what an environment takes: series, samples, memory, disk, objects and money. Ends with 1 where a
 * Prometheus has less than it needs.
 * @throws UserError where the stack or the prices have faults
 */
export function sizeCommand(catalogue: Catalogue, stack: string, { json }: { readonly json: boolean }): void {
  const { plan } = requireStack(catalogue, stack);
  const prices = readPrices(catalogue.root);
  if (!prices.ok) {
    throw new UserError(formatProblems(prices.problems));
  }
  const size = sizeOf(plan, prices.value ?? {});
  const short = tooSmall(size);
  if (json) {
    const rounding = (_: string, value: unknown): unknown =>
      typeof value === "number" ? Number(value.toFixed(2)) : value;
    say([JSON.stringify({ environment: stack, ...size, tooSmall: short }, rounding, 2)]);
  } else {
    say(sizeLines(stack, size));
  }
  if (short.length > 0) {
    process.exitCode = 1;
  }
}

/** A size as a terminal shows it. */
export function sizeLines(stack: string, size: Size): readonly string[] {
  const { series, samplesPerSecond, memory, disk, bucket, reserved, objects, costs, unpriced } = size;
  const short = tooSmall(size);
  return [
    `${short.length === 0 ? "✓" : "✗"} ${stack}: about ${rounded(series)} series, ${rounded(samplesPerSecond)} samples a second, as the contracts declare`,
    ...aligned([
      ["", "needed", "configured"],
      ["memory of each Prometheus", ...row(memory)],
      ["disk of each Prometheus", ...row(disk)],
      ...(bucket === undefined ? [] : [["bucket, once its retention is over", inGiB(bucket), ""]]),
    ]),
    `all pods: ${reserved.pods} with ${(reserved.milliCpu / 1_000).toFixed(2)} cores, ${inGiB(reserved.memory)} of memory and ${inGiB(reserved.disk)} of disk; ${objects} objects of Kubernetes`,
    ...costs.map(({ of, amount, currency }) => `${of}: ${amount.toFixed(2)} ${currency} a month`),
    ...(unpriced.length === 0 ? [] : [`no price in prices.json: ${unpriced.join(", ")}`]),
    ...short.map(
      (what) =>
        `Give each Prometheus more ${what}: tocsin:prometheus.${what === "memory" ? "resources.memory" : "storage.size"}.`,
    ),
  ];
}

function row({ needed, configured }: Bytes): readonly [string, string] {
  return [inGiB(needed), configured === undefined ? "by somebody else" : inGiB(configured)];
}

function inGiB(bytes: number): string {
  return `${gibibytes(bytes).toFixed(2)} GiB`;
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
