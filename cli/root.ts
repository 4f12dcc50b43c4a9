import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** What says that a folder is a repository of ours. */
export const CATALOGUE = "catalogue.ts";

/** The repository that the command is called in: the nearest folder upwards with a catalogue, or where it is called. */
export const ROOT = repositoryAbove(process.cwd()) ?? process.cwd();

function repositoryAbove(folder: string): string | undefined {
  if (existsSync(join(folder, CATALOGUE))) {
    return folder;
  }
  const above = dirname(folder);
  return above === folder ? undefined : repositoryAbove(above);
}
