import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Stretch } from "../../plan/past";
import { makeFolder } from "../make-folder";

const line = z.object({
  key: z.string(),
  stretches: z.array(
    z.object({ labels: z.record(z.string(), z.string()), from: z.number(), to: z.number() }),
  ),
});

/** What nobody has used for so long is removed. */
const KEPT_MS = 35 * 86_400_000;

/** What was found of a past, kept in files of JSON lines, one for each part of it. A line that was cut off is asked again. */
export class Kept {
  private readonly parts = new Map<string, Map<string, readonly Stretch[]>>();
  /** Lines that could not be read. */
  broken = 0;

  constructor(private readonly folder: string) {
    makeFolder(folder);
    for (const name of readdirSync(folder)) {
      if (Date.now() - statSync(join(folder, name)).mtimeMs > KEPT_MS) {
        rmSync(join(folder, name), { recursive: true, force: true });
      }
    }
  }

  get(part: string, key: string): readonly Stretch[] | undefined {
    return this.part(part).get(key);
  }

  put(part: string, key: string, stretches: readonly Stretch[]): void {
    this.part(part).set(key, stretches);
    // A line of its own, whatever was cut off before it.
    appendFileSync(this.file(part), `\n${JSON.stringify({ key, stretches })}`);
  }

  /** Lets go of what is not asked again. */
  close(part: string): void {
    this.parts.delete(part);
  }

  private file(part: string): string {
    return join(this.folder, `${part}.jsonl`);
  }

  private part(part: string): Map<string, readonly Stretch[]> {
    const found = this.parts.get(part) ?? this.read(part);
    this.parts.set(part, found);
    return found;
  }

  private read(part: string): Map<string, readonly Stretch[]> {
    const found = new Map<string, readonly Stretch[]>();
    const lines = existsSync(this.file(part)) ? readFileSync(this.file(part), "utf8").split("\n") : [];
    for (const text of lines.filter((one) => one !== "")) {
      try {
        const { key, stretches } = line.parse(JSON.parse(text));
        found.set(key, stretches);
      } catch {
        this.broken += 1;
      }
    }
    return found;
  }
}
