import { join } from "node:path";
import { z } from "zod";
import { fromJson } from "./keys";
import { readTextFile } from "./read-text";

/** The file of a repository that says what managed backends cost it. */
export const PRICES_FILE = "prices.json";

const LARGEST = 100_000;

const price = z.strictObject({ perMillionSamples: z.number().positive(), currency: z.string().min(1) });
/** Backends that a cloud bills by samples. */
const prices = z.strictObject({ gmp: price.optional() });

/** Prices by backend. */
export type Prices = Readonly<Record<string, z.infer<typeof price>>>;

/** The prices of a repository, none where it has no such file; or what is wrong with the file. */
export function readPrices(root: string): { readonly prices: Prices } | { readonly fault: string } {
  const read = readTextFile(join(root, PRICES_FILE), LARGEST);
  if (!("text" in read)) {
    return read.code === "ENOENT" ? { prices: {} } : { fault: read.fault };
  }
  const { data, error } = prices.safeParse(fromJson(read.text));
  return data === undefined
    ? { fault: error.issues.map(({ path, message }) => [...path.map(String), message].join(": ")).join("; ") }
    : { prices: data.gmp === undefined ? {} : { gmp: data.gmp } };
}
