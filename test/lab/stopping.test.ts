import { Checkout } from "../support/checkout";
import { eventually, isAlive, Lab, type State } from "../support/lab";

/** Addresses at which somebody still answers. */
async function answering({ address, prometheus, alertmanager }: State): Promise<readonly string[]> {
  const tried = await Promise.all(
    [address, prometheus, alertmanager].map((url) =>
      fetch(url).then(
        () => [url],
        () => [],
      ),
    ),
  );
  return tried.flat();
}

const withPrograms = (state: State): boolean => state.programs.length > 0;
const isReady = ({ ready }: State): boolean => ready;

function pidOf({ programs }: State, name: string): number {
  const program = programs.find((candidate) => candidate.name === name);
  if (program === undefined) {
    throw new Error(`[${name}] is not among the programs [${programs.map((each) => each.name).join(", ")}]`);
  }
  return program.pid;
}

/** Processes of a lab that have not ended. */
function left({ pid, programs }: State): readonly number[] {
  return [pid, ...programs.map((program) => program.pid)].filter(isAlive);
}

jest.setTimeout(180_000);

/** One folder for all of them, in this order: a start is cheaper where the one before has left its history. */
const checkout = new Checkout();
const lab = new Lab(checkout.folder);
/** The monitoring by itself, as fast as it plays; others prove that more of it gets ready. */
const DEV = ["dev", "--speed", "20"] as const;

beforeAll(() => {
  checkout.replaceServices(new Map());
});

afterAll(async () => {
  await lab.remove();
  checkout.dispose();
}, 60_000);

describe("Ctrl-C while the lab starts", () => {
  it("ends one that writes its history, and leaves no part of it", async () => {
    const shell = lab.start(...DEV);
    await eventually("the first of the history", 60, () =>
      lab.files().includes("data/prometheus.part") ? true : undefined,
    );
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(130);
    expect(shell.output()).toMatch(/(?:^|\n)tocsin: ended by SIGINT before the lab was ready\n$/);
    expect(shell.isAlive()).toBe(false);
    expect(lab.programs()).toEqual([]);
    expect(lab.files().filter((file) => !file.startsWith("config"))).toEqual(["data", "logs"]);
  });

  it.each([[[]], [["--detach"]]])("ends one whose programs run and are not ready: up %s", async (how) => {
    const shell = lab.start(...DEV, ...how);
    const state = await lab.state(withPrograms);
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(130);
    expect(shell.output()).toMatch(/(?:^|\n)tocsin: ended by SIGINT before the lab was ready\n$/);
    expect(shell.output()).not.toContain("ended by itself");
    expect(shell.isAlive()).toBe(false);
    expect(left(state)).toEqual([]);
    expect(await answering(state)).toEqual([]);
    expect(lab.files()).not.toContain("state.json");
  });
});

describe("a lab that is still starting", () => {
  it("is not started twice, answers no command and can be ended, even when Prometheus hangs", async () => {
    const shell = lab.start(...DEV);
    const { programs } = await lab.state(withPrograms);
    // A Prometheus that hangs: the lab does not get ready before all is asked.
    process.kill(programs.find(({ name }) => name === "prometheus")?.pid ?? 0, "SIGSTOP");
    expect((await lab.tocsin("up", ...DEV, "--detach")).stderr).toContain(
      "tocsin: a lab is already running here; ",
    );
    expect((await lab.tocsin("status")).stderr).toContain("tocsin: the lab here is still starting; ");
    expect((await lab.tocsin("down")).stdout).toBe("stopped\n");
    expect(await shell.ended).toBe(143);
    expect(programs.map(({ pid }) => pid).filter(isAlive)).toEqual([]);
  });
});

describe("Ctrl-C in the foreground", () => {
  it("ends a lab that is ready, and a second one that npm sends ends it no sooner: no process, port or half a file", async () => {
    const shell = lab.start(...DEV);
    await shell.says("end with Ctrl-C");
    expect(shell.output()).not.toContain("writing the history");
    const state = await lab.state(isReady);
    expect(state.programs.map(({ name }) => name)).toEqual(["alertmanager", "prometheus"]);
    shell.signal("SIGINT");
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(0);
    expect(shell.output()).toMatch(/\nend with Ctrl-C\nstopping\n$/);
    expect(shell.isAlive()).toBe(false);
    expect(lab.programs()).toEqual([]);
    expect(await answering(state)).toEqual([]);
    expect(lab.files().filter((file) => !/told\.json|inbox\.jsonl/.test(file))).toEqual([
      "config",
      "data",
      "logs",
      "config/alertmanager",
      "config/prometheus",
      "config/secrets",
      "data/alertmanager",
      "data/prometheus",
    ]);
    expect((await lab.tocsin("status")).stderr).toMatch(/^tocsin: no lab is running here\n/);
  });
});

describe("a program that crashes", () => {
  it("ends the lab in the foreground, which says its name and the end of its log", async () => {
    const shell = lab.start(...DEV);
    const state = await lab.state(isReady);
    process.kill(pidOf(state, "prometheus"), "SIGKILL");
    expect(await shell.ended).toBe(1);
    const [, report] = shell.output().split("end with Ctrl-C\n");
    expect(report).toMatch(
      /^tocsin: prometheus ended by itself \(SIGKILL\); the end of \S+\/prometheus\.log:\n\S/,
    );
    expect(left(state)).toEqual([]);
  });

  it("is named by every command that looks for the lab afterwards", async () => {
    const named = "no lab is running here any more: prometheus ended by itself (SIGKILL); the end of ";
    for (const command of ["status", "inbox", "mend"]) {
      const { status, stderr } = await lab.tocsin(command);
      expect(`${status} ${stderr}`).toContain(`1 tocsin: ${named}`);
      expect(stderr).toMatch(
        /\nstart one with `npm run -s tocsin -- up`, in the background with --detach\n$/,
      );
    }
    expect((await lab.tocsin("down")).stdout).toContain(named);
  });

  it("is forgotten by the next start; one in the background is reported as well", async () => {
    expect((await lab.tocsin("up", ...DEV, "--detach")).status).toBe(0);
    expect((await lab.tocsin("status")).status).toBe(0);
    const state = await lab.state();
    process.kill(pidOf(state, "alertmanager"), "SIGKILL");
    await eventually("the end of the lab", 30, () => (isAlive(state.pid) ? undefined : true));
    expect((await lab.tocsin("status")).stderr).toContain(
      "no lab is running here any more: alertmanager ended by itself (SIGKILL); the end of ",
    );
    expect(lab.programs()).toEqual([]);
  });
});

describe("a lab whose own process was killed", () => {
  it("says so at the next command, which ends what it had started", async () => {
    const shell = lab.start(...DEV);
    const state = await lab.state(withPrograms);
    process.kill(state.pid, "SIGKILL");
    await shell.ended;
    expect((await lab.tocsin("status")).stderr).toContain(
      `no lab is running here any more: its own process [${state.pid}] was killed, and its programs were ended now`,
    );
    await eventually("the end of its programs", 30, () => (lab.programs().length === 0 ? true : undefined));
  });
});

describe("a lab whose terminal was closed", () => {
  it("ends its programs, though nobody reads that it does, and nothing is said of a crash before it", async () => {
    const shell = lab.start(...DEV);
    const state = await lab.state(isReady);
    shell.closeOutput();
    shell.signal("SIGHUP");
    expect(await shell.ended).toBe(0);
    expect(left(state)).toEqual([]);
    expect((await lab.tocsin("down")).stdout).toBe("no lab is running here\n");
  });
});
