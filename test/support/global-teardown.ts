import { rmSync } from "node:fs";
import { RUN_FOLDER } from "./once";

/** Takes away what the suites of this run have shared, so that the next one makes it anew. */
export default function globalTeardown(): void {
  const folder = process.env[RUN_FOLDER];
  if (folder !== undefined) {
    rmSync(folder, { recursive: true, force: true });
    Reflect.deleteProperty(process.env, RUN_FOLDER);
  }
}
