import { BACKEND_INCIDENTS } from "./backend-incidents";
import { BYTSPOT_INCIDENTS } from "./bytspot-incidents";
import { ENGRAM_INCIDENTS } from "./engram-incidents";
import { ENVSYNC_INCIDENTS } from "./envsync-incidents";
import { OMNIHUB_INCIDENTS } from "./omnihub-incidents";
import { SELF_INCIDENTS } from "./self-incidents";
import type { Incident } from "./fault";

/** The incidents by name, at least one for every alert; `tocsin break --list` prints them. */
export const INCIDENTS: readonly Incident[] = [
  ...BACKEND_INCIDENTS,
  ...BYTSPOT_INCIDENTS,
  ...ENGRAM_INCIDENTS,
  ...ENVSYNC_INCIDENTS,
  ...OMNIHUB_INCIDENTS,
  ...SELF_INCIDENTS,
];
