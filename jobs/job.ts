import type { ObjectStore } from "./object-store";
import type { Settings } from "./settings";

/** What every command works with. */
export interface Job<S extends Settings = Settings> {
  readonly settings: S;
  readonly objects: ObjectStore;
  /** One line on what happened; no secret and no data of a tenant. */
  readonly say: (line: string) => void;
}

/** S3 itself refuses what is signed a quarter of an hour off; a third of it is no clock to name backups by. */
const MOST_SKEW_MS = 300_000;

/**
 * The present, which the object store agrees on. A clock that jumped would name a backup newer than all that follow it,
 * and its age would be no alert for years. @throws Error where the two are apart
 */
export async function now({ objects }: Pick<Job, "objects">): Promise<Date> {
  const theirs = await objects.clock();
  const ours = Date.now();
  if (Math.abs(ours - theirs) > MOST_SKEW_MS) {
    throw new Error(
      `this machine's clock says [${new Date(ours).toISOString()}] and the object store's [${new Date(theirs).toISOString()}]: set it before anything is written`,
    );
  }
  return new Date(ours);
}
