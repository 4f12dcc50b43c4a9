import path from "node:path";
import type { Stats } from "node:fs";
import { open, readFile, rename, stat } from "node:fs/promises";
import type { Source } from "./source";

/** First bytes of an archive of pg_dump in its custom format, and after them its version. Source: pg_backup_archiver.c */
const MAGIC = "PGDMP";
/** An archive without a single object has less than this; the shortest with a table has more. */
const SHORTEST_DUMP = 1_000;

/** What pg_dump has written; one that was cut off has no name that ends so, since it is given at the end. */
export function dumped(scratch: string): Source {
  const made = path.join(scratch, "database.dump");
  return {
    copy: async (folder) => {
      const { size } = await madeBy("pg_dump", made);
      const file = path.join(folder, "database.dump");
      const magic = await firstBytes(made, MAGIC.length);
      if (magic !== MAGIC) throw new Error(`[${made}] is no archive of pg_dump`);
      if (size < SHORTEST_DUMP) throw new Error(`[${made}] has [${size}] bytes: it holds no table`);
      await rename(made, file);
      return { file, schemaVersion: 0 };
    },
  };
}

async function firstBytes(file: string, length: number): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.toString("latin1");
  } finally {
    await handle.close();
  }
}

/** The files of a whole server, and what the script has asked of it: a line each. */
export function based(scratch: string): Source {
  const made = path.join(scratch, "base.tar.gz");
  return {
    copy: async (folder) => {
      await madeBy("pg_basebackup", made);
      const facts = path.join(scratch, "base.txt");
      const [start = "", system = "", owner = "", database = ""] = (await readFile(facts, "utf8")).split(
        "\n",
      );
      if (start === "" || database === "") throw new Error(`[${facts}] does not say what [${made}] is`);
      const file = path.join(folder, "base.tar.gz");
      await rename(made, file);
      return { file, schemaVersion: 0, base: { start, system, owner, database } };
    },
  };
}

async function madeBy(program: string, file: string): Promise<Stats> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new Error(`there is no [${file}]: ${program} did not end well`);
  return found;
}
