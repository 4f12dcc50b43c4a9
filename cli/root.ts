import { dirname } from "node:path";

/** The checkout that this program belongs to. */
export const ROOT = dirname(__dirname);
