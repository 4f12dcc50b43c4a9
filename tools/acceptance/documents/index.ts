import type { SeedDocument } from "../document";
import { allDocument } from "./all";
import { backendDocument } from "./backend";
import { bytspotDocument } from "./bytspot";
import { engramDocument } from "./engram";
import { envsyncDocument } from "./envsync";
import { omnihubDocument } from "./omnihub";

/** Every document, in the order of the page. */
export const DOCUMENTS: readonly SeedDocument[] = [
  envsyncDocument,
  engramDocument,
  backendDocument,
  bytspotDocument,
  omnihubDocument,
  allDocument,
];
