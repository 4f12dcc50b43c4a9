import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import fc from "fast-check";
import { Checkout } from "../support/checkout";
import { runProgram, type Ended } from "../support/program";

/** Each starts a process, which takes its time where many run. */
const TIMEOUT = 120_000;

/** The same calls at every run; CONTRIBUTING.md says how others are tried. */
const SEED = Number(process.env["TOCSIN_SEED"] ?? 11);
const MANY = Number(process.env["TOCSIN_RUNS"] ?? 1);

/** What only a fault of this program prints. */
const TRACE = /^\s+at .+:\d+|bug of tocsin's/m;

/**
 * Stops or kills the process at its nth call of a function of the file system, between two files that belong together, or
 * has the disk full from then on.
 */
const HALT = `
  const fs = require("node:fs");
  const { HALT_CALL, HALT_PATH, HALT_NTH, HALT_SIGNAL } = process.env;
  const real = fs[HALT_CALL];
  let calls = 0;
  fs[HALT_CALL] = (file, ...rest) => {
    if (String(file).includes(HALT_PATH) && ++calls === Number(HALT_NTH)) {
      if (HALT_SIGNAL !== "full") process.kill(process.pid, HALT_SIGNAL);
      else fs.writeFileSync = fs.mkdirSync = () => { throw new Error("ENOSPC: no space left on device, write"); };
    }
    return real(file, ...rest);
  };
`;

/** Whether this machine lets us have a disk of our own, which can be full; its process takes the disk with it. */
const MOUNTS = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

describe("what stands in the way of tocsin", () => {
  const checkout = new Checkout();
  const at = (...parts: readonly string[]): string => path.join(checkout.folder, ...parts);
  const command = ["--require", at("tools/preload.cjs"), at("cli/main.ts")];
  const original = checkout.files();

  afterEach(() => checkout.restore());
  afterAll(() => checkout.dispose());

  /** Runs a line of the shell in which `$tocsin` is the command. */
  const shell = (line: string): Promise<Ended> =>
    runProgram("sh", [
      "-c",
      `cd "${checkout.folder}" && export tocsin="${process.execPath} ${command.join(" ")}" && ${line}`,
    ]);

  it(
    "ends the command without a word where nobody reads on, and with a reason where a full disk takes no more",
    async () => {
      const [piped, full] = await Promise.all([
        shell("{ $tocsin check; echo ended with $? >&2; } | head -1"),
        shell("{ $tocsin check > /dev/full; echo ended with $? >&2; }"),
      ]);
      expect(piped.output).toMatch(/^✓ dev: [^\n]+\nended with 141\n$/);
      expect(full.output).toBe(
        "tocsin: its output cannot be written (ENOSPC: no space left on device, write)\nended with 1\n",
      );
    },
    TIMEOUT,
  );

  it(
    "is said of the folder of a lab, whose place a file has taken, as that of temporary files",
    async () => {
      const inFile = {
        TOCSIN_LAB_FOLDER: at("Pulumi.dev.yaml", "lab"),
        TMPDIR: at("Pulumi.dev.yaml", "tmp"),
      };
      const end = await checkout.warm.tocsin(inFile, "up", "dev");
      expect(end).toEqual({
        code: 1,
        stdout: "",
        stderr:
          `tocsin: the lab cannot keep its files in [${at("Pulumi.dev.yaml", "lab")}] ` +
          `(ENOTDIR: not a directory, mkdir '${at("Pulumi.dev.yaml", "lab")}'); ` +
          "make that possible there, or name another folder in TOCSIN_LAB_FOLDER\n",
      });
      expect(checkout.files()).toEqual(original);
    },
    TIMEOUT,
  );

  it(
    `is a disk that is full${MOUNTS ? "" : ", played by files that may not grow since nothing can be mounted here"}`,
    async () => {
      const disk = at(".tocsin");
      mkdirSync(disk);
      const files = checkout.files();
      const own = `unshare -rm sh -c 'mount -t tmpfs -o size=1m tmpfs ${disk}; cat /dev/zero > ${disk}/zeros`;
      const onFullDisk = (command: string): Promise<Ended> =>
        shell(MOUNTS ? `${own} 2> /dev/null; ${command}; find ${disk} -type f'` : `ulimit -f 0; ${command}`);
      const fault = MOUNTS ? "ENOSPC: no space left on device, write" : "EFBIG: file too large, write";
      const left = MOUNTS ? `${disk}/zeros\n` : "";
      const [scaffold, lab] = await Promise.all([
        onFullDisk("$tocsin new service shop; echo ended with $?"),
        onFullDisk("$tocsin up dev --detach; echo ended with $?"),
      ]);
      expect(scaffold.output).toBe(
        `ended with 1\n${left}tocsin: nothing was changed, because a file cannot be written (${fault}); make room there\n`,
      );
      expect(lab.output).toBe(
        `ended with 1\n${left}tocsin: the lab cannot keep its files in [${disk}/lab] (${fault}); ` +
          "make room there, or name another folder in TOCSIN_LAB_FOLDER\n",
      );
      rmSync(disk, { recursive: true });
      expect(checkout.files()).toEqual(files.filter((file) => file !== ".tocsin"));
    },
    TIMEOUT,
  );

  it(
    "leaves all files of a scaffold or none: stopped before it writes, stopped while it moves them, the disk full or killed there",
    async () => {
      const hook = at("halt.cjs");
      writeFileSync(hook, HALT);
      const files = checkout.files();
      const scaffold = (id: string, halt: Readonly<Record<string, string>>) =>
        checkout.tocsinIn({ NODE_OPTIONS: `--require ${hook}`, ...halt }, "new", "service", id);
      const declared = (id: string): boolean => existsSync(at(`services/${id}/index.ts`));
      const list = (): string => readFileSync(at("services/index.ts"), "utf8");

      const before = {
        HALT_CALL: "existsSync",
        HALT_PATH: "services/shop/index.ts",
        HALT_NTH: "1",
        HALT_SIGNAL: "SIGINT",
      };
      expect(await scaffold("shop", before)).toEqual({ code: 130, stdout: "", stderr: "" });
      expect(checkout.files()).toEqual(files);
      expect(list()).toBe(checkout.text("services/index.ts"));

      const moving = { HALT_CALL: "renameSync", HALT_PATH: "scaffold", HALT_NTH: "2" };
      // It may be done before it hears of that.
      expect([0, 130]).toContain((await scaffold("shop", { ...moving, HALT_SIGNAL: "SIGINT" })).code);
      expect([declared("shop"), /\bshop\b/.test(list())]).toEqual([true, true]);

      const shops = list();
      const full = { ...moving, HALT_NTH: "1", HALT_SIGNAL: "full" };
      expect(await scaffold("depot", full)).toEqual({
        code: 1,
        stdout: "",
        stderr:
          "tocsin: nothing was changed, because a file cannot be written (ENOSPC: no space left on device, write); make room there\n",
      });
      expect([list(), declared("depot")]).toEqual([shops, false]);

      expect((await scaffold("depot", { ...moving, HALT_SIGNAL: "SIGKILL" })).code).toBeNull();
      expect([list(), existsSync(at(".tocsin/scaffold/complete"))]).toEqual([shops, true]);
      // The next scaffold finishes what that one had ready, whatever becomes of itself.
      expect(await checkout.tocsin("new", "service", "depot")).toMatchObject({ code: 1, stdout: "" });
      expect([declared("depot"), /\bdepot\b/.test(list())]).toEqual([true, true]);
      expect(existsSync(at(".tocsin/scaffold"))).toBe(false);
    },
    TIMEOUT,
  );

  it(
    "is a call that nobody meant, and gets an answer in words",
    async () => {
      const commands = ["check", "render", "up", "break", "mend", "status", "inbox", "down", "new", "--help"];
      const words = [
        "service",
        "alert",
        "runbook",
        "orders",
        "prod",
        "KillSwitchEnabled",
        "tides",
        "--out",
        "--kind",
        "gauge",
      ];
      const hostile = [
        "constructor",
        "__proto__",
        "",
        " ",
        "../..",
        "/dev/null",
        "\u202e",
        "{{",
        "-1",
        "1e309",
        "x".repeat(300),
        "--",
        "-",
      ];
      const flags = [
        "--metric",
        "--limit",
        "--objective=100.0000001%",
        "--latency=1e309",
        "--team=é",
        "--title={{",
        "--port=0",
        "--speed=1e3",
        "--json",
        "--list",
      ];
      const word = fc.constantFrom(...words, ...hostile, ...flags);
      const calls = fc.tuple(fc.constantFrom(...commands), fc.array(word, { maxLength: 6 }));
      const lab = { TOCSIN_LAB_FOLDER: at("Pulumi.dev.yaml", "lab") };
      for (const [name, args] of fc.sample(calls, { seed: SEED, numRuns: 6 * MANY })) {
        const { code, stdout, stderr } = await checkout.warm.tocsin(lab, name, ...args);
        expect({
          call: [name, ...args],
          known: [0, 1, 2].includes(code ?? -1),
          trace: TRACE.test(stdout + stderr),
        }).toEqual({
          call: [name, ...args],
          known: true,
          trace: false,
        });
      }
    },
    TIMEOUT * MANY,
  );

  // The last one, since what it puts there is not taken away.
  it(
    "is named, all of it at once: a pipe, loops of links, a page in Latin-1, strange services, a cycle, 40,000 keys",
    async () => {
      await shell(`mkfifo ${at("services/orders/runbooks/pipe.md")}`);
      symlinkSync("round", at("services/round"));
      symlinkSync("loop.md", at("services/orders/runbooks/loop.md"));
      writeFileSync(at("services/orders/runbooks/latin.md"), Buffer.from("# \xdcberlast\n", "latin1"));
      const long = "x".repeat(300);
      checkout.write(
        "services/index.ts",
        `import { orders } from "./orders";
         const telemetry = { jobs: [], metrics: [] };
         const none = { dashboards: [], sloRows: [], autoscaling: [], backups: [], slos: [], alerts: [], incidents: [] };
         const empty = { ...orders, ...none, telemetry };
         export const services = [orders, ...["constructor", "${long}", 7].map((id) => ({ ...empty, id }))];`,
      );
      checkout.edit("Pulumi.dev.yaml", "config:\n", "config:\n  tocsin:more: &more [*more]\n");
      const keys = Array.from({ length: 40_000 }, (_, index) => `  k${index}: 1\n`).join("");
      checkout.write("Pulumi.prod.yaml", `config:\n${keys}`);
      const { code, stdout, stderr } = await checkout.tocsin("check");
      const pages = [
        "services/orders/runbooks/latin.md: is not a text in UTF-8",
        "services/orders/runbooks/loop.md: cannot be read [ELOOP]",
        "services/orders/runbooks/pipe.md: is not a regular file",
        "services/round/runbooks: cannot be read [ELOOP]",
      ].flatMap((line) => [line, "    Make it a text file, or a folder of text files, that you may read."]);
      const declared = [
        ...[
          "services.Orders.id: [7] is not a text",
          "    Write a text; the compiler shows the line (`npx tsc`).",
        ],
        `services.${long}.id: [${long}] is not an identifier`,
        "    Use lower-case words joined by hyphens, e.g. api-availability; 63 characters at most.",
        "    see services/index.ts",
        ...pages,
      ];
      expect({ code, stderr, stdout: stdout.split("\n") }).toEqual({
        code: 1,
        stderr: "",
        stdout: [
          "✗ 7 problems in [dev]",
          "Pulumi.dev.yaml: is not YAML: a value holds itself, or is nested deeper than can be read",
          "    Correct the file.",
          ...declared,
          "✗ 7 problems in [prod]",
          `Pulumi.prod.yaml: holds [${keys.length + "config:\n".length}] bytes, and may hold 250000`,
          "    Make it a text that you may read.",
          ...declared,
          "✗ 6 problems in [staging]",
          ...declared,
          "",
        ],
      });
    },
    TIMEOUT,
  );
});
