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

let lab: Lab;

beforeEach(() => {
  lab = new Lab();
});

afterEach(async () => {
  await lab.remove();
}, 60_000);

describe("Ctrl-C in the foreground", () => {
  it("ends a lab that is ready: no process, no port, no half-written file, exit code 0", async () => {
    const shell = lab.start();
    await shell.says("end with Ctrl-C");
    const state = await lab.state(withPrograms);
    expect(state.programs.map(({ name }) => name)).toEqual(["alertmanager", "prometheus"]);
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(0);
    expect(shell.output()).toMatch(/\nend with Ctrl-C\nstopping\n$/);
    expect(shell.isAlive()).toBe(false);
    expect(lab.programs()).toEqual([]);
    expect(await answering(state)).toEqual([]);
    expect(lab.files()).toEqual([
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
  }, 120_000);

  it("is patient with a second one, which npm sends after that of the terminal, and can start again", async () => {
    const shell = lab.start();
    await shell.says("end with Ctrl-C");
    shell.signal("SIGINT");
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(0);
    expect(lab.programs()).toEqual([]);
    expect(lab.files()).not.toContain("state.json");
    const again = lab.start();
    await again.says("end with Ctrl-C");
    expect(again.output()).not.toContain("writing the history");
    again.signal("SIGINT");
    expect(await again.ended).toBe(0);
  }, 180_000);

  it("ends a lab that writes its history, and leaves no part of it", async () => {
    const shell = lab.start();
    await eventually("the first of the history", 60, () =>
      lab.files().includes("data/prometheus.part") ? true : undefined,
    );
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(130);
    expect(shell.output()).toMatch(/\ntocsin: ended by SIGINT before the lab was ready\n$/);
    expect(shell.isAlive()).toBe(false);
    expect(lab.programs()).toEqual([]);
    expect(lab.files().filter((file) => !file.startsWith("config"))).toEqual(["data", "logs"]);
  }, 120_000);

  it("ends a lab whose programs run and are not ready", async () => {
    const shell = lab.start();
    const state = await lab.state(withPrograms);
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(130);
    expect(shell.output()).toMatch(/\ntocsin: ended by SIGINT before the lab was ready\n$/);
    expect(shell.output()).not.toContain("ended by itself");
    expect(shell.isAlive()).toBe(false);
    expect([state.pid, ...state.programs.map(({ pid }) => pid)].filter(isAlive)).toEqual([]);
    expect(await answering(state)).toEqual([]);
    expect(lab.files()).not.toContain("state.json");
  }, 120_000);

  it("ends a lab in the background that is still starting", async () => {
    const shell = lab.start("--detach");
    const state = await lab.state(withPrograms);
    shell.signal("SIGINT");
    expect(await shell.ended).toBe(130);
    expect([state.pid, ...state.programs.map(({ pid }) => pid)].filter(isAlive)).toEqual([]);
    expect(lab.files()).not.toContain("state.json");
  }, 120_000);
});

describe("a lab whose terminal was closed", () => {
  it("ends its programs, though nobody reads that it does", async () => {
    const shell = lab.start();
    const state = await lab.state(({ ready }) => ready);
    shell.closeOutput();
    shell.signal("SIGHUP");
    expect(await shell.ended).toBe(0);
    expect([state.pid, ...state.programs.map(({ pid }) => pid)].filter(isAlive)).toEqual([]);
  }, 120_000);
});

describe("a lab that is still starting", () => {
  it("is not started twice, answers no command and can be ended, even when Prometheus hangs", async () => {
    const shell = lab.start();
    const { programs } = await lab.state(withPrograms);
    // A Prometheus that hangs: the lab does not get ready before all is asked.
    process.kill(programs.find(({ name }) => name === "prometheus")?.pid ?? 0, "SIGSTOP");
    expect((await lab.tocsin("up", "--detach")).stderr).toContain("tocsin: a lab is already running here; ");
    expect((await lab.tocsin("status")).stderr).toContain("tocsin: the lab here is still starting; ");
    expect((await lab.tocsin("down")).stdout).toBe("stopped\n");
    expect(await shell.ended).toBe(143);
    expect(programs.map(({ pid }) => pid).filter(isAlive)).toEqual([]);
  }, 120_000);
});
