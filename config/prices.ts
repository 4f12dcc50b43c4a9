import { z } from "zod";
import { filled, section } from "./fields";
import { readJsonFile, type JsonFile } from "./json-file";
import { misfit } from "./wording";
import { DOCS } from "../slo/command";

/** The file of a repository that says what its monitoring costs it. */
const PRICES_FILE = "prices.json";

const AMOUNT = "a price above 0 such as 0.06";
const amount = z
  .number({ error: (seen) => misfit(seen, AMOUNT) })
  .positive({ error: (seen) => misfit(seen, AMOUNT) });
const price = section({ perMillionSamples: amount, currency: filled });

/** What nodes and volumes cost a month, by what pods reserve of them. */
const cluster = section({ perCore: amount, perGiBMemory: amount, perGiBDisk: amount, currency: filled });

/** What an object store costs a month. */
const bucket = section({ perGiB: amount, currency: filled });

/** Backends that a cloud bills by samples, and what the rest costs. */
const prices = section({ gmp: price.optional(), cluster: cluster.optional(), bucket: bucket.optional() });

/** Prices by what is paid for. */
export type Prices = Readonly<z.infer<typeof prices>>;

/** The prices of a repository, nothing where it has no such file; or what is wrong with the file. */
export function readPrices(root: string): JsonFile<Prices> {
  return readJsonFile(root, PRICES_FILE, prices, `${DOCS}/size.md`);
}
