import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import type { Postgres } from "./postgres";

const CLIENTS = [
  ...["createdb", "pg_dump", "pg_restore", "psql"],
  ...["pg_basebackup", "pg_isready", "pg_receivewal", "pg_verifybackup"],
];
/** Of the server that npm has: no older client dumps it. */
const VERSION = 15;

/** The folder of PostgreSQL's own programs that ask a server, which no package of npm has: Debian's, or on PATH. */
export function clientsFolder(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const installed = existsSync(debian)
    ? readdirSync(debian).map((version) => path.join(debian, version, "bin"))
    : [];
  const folders = [...installed.sort().reverse(), ...(process.env["PATH"] ?? "").split(path.delimiter)];
  return folders.find(
    (folder) => CLIENTS.every((name) => existsSync(path.join(folder, name))) && versionOf(folder) >= VERSION,
  );
}

function versionOf(folder: string): number {
  const { stdout } = spawnSync(path.join(folder, "pg_dump"), ["--version"], { encoding: "utf8" });
  return Number(/\d+/.exec(stdout)?.[0] ?? 0);
}

/** PostgreSQL's own programs as its image has them, run beside a server and as its user. */
export class PostgresImage {
  constructor(
    private readonly server: Postgres,
    private readonly clients: string,
  ) {}

  /** A folder that the user may write to. */
  scratch(folder: string): void {
    mkdirSync(folder, { recursive: true });
    this.hand(folder);
  }

  /** In the cluster jobs and PostgreSQL's programs are one user. */
  hand(file: string): void {
    const { user } = this.server;
    if (user.uid !== undefined) chownSync(file, user.uid, user.gid);
  }

  async sql(text: string, database = "shop"): Promise<string> {
    const script = `psql -v ON_ERROR_STOP=1 -Atqc "$1"`;
    const { code, said } = await this.script(script, [text], { PGDATABASE: database });
    if (code !== 0) throw new Error(said);
    return said;
  }

  /** Runs a script of the shell as the image does. */
  script(
    script: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const child = spawn("sh", ["-s", ...args], {
      cwd: "/",
      env: {
        PATH: [this.server.programsFolder, this.clients, process.env["PATH"]].join(path.delimiter),
        PGHOST: "127.0.0.1",
        PGPORT: String(this.server.port),
        PGUSER: "postgres",
        PGPASSWORD: this.server.password,
        PGDATABASE: "shop",
        ...env,
      },
      ...this.server.user,
    });
    child.stdin.end(script);
    const said: Buffer[] = [];
    [child.stdout, child.stderr].forEach((stream) => stream.on("data", (chunk: Buffer) => said.push(chunk)));
    return new Promise((resolve) => {
      child.once("close", (code) => {
        resolve({ code, said: Buffer.concat(said).toString() });
      });
    });
  }
}
