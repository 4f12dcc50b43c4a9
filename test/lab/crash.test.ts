import { eventually, isAlive, Lab, type State } from "../support/lab";

function pidOf({ programs }: State, name: string): number {
  const program = programs.find((candidate) => candidate.name === name);
  if (program === undefined) {
    throw new Error(`[${name}] is not among the programs [${programs.map((each) => each.name).join(", ")}]`);
  }
  return program.pid;
}

describe("a program that crashes", () => {
  const lab = new Lab();

  afterAll(async () => {
    await lab.remove();
  }, 60_000);

  it("ends the lab in the foreground, which says its name and the end of its log", async () => {
    const shell = lab.start();
    const state = await lab.state(({ ready }) => ready);
    process.kill(pidOf(state, "prometheus"), "SIGKILL");
    expect(await shell.ended).toBe(1);
    const [, report] = shell.output().split("end with Ctrl-C\n");
    expect(report).toMatch(
      /^tocsin: prometheus ended by itself \(SIGKILL\); the end of \S+\/prometheus\.log:\n\S/,
    );
    expect([state.pid, ...state.programs.map(({ pid }) => pid)].filter(isAlive)).toEqual([]);
  }, 120_000);

  it("is named by every command that looks for the lab afterwards", async () => {
    const named = "no lab is running here any more: prometheus ended by itself (SIGKILL); the end of ";
    for (const command of ["status", "inbox", "mend"]) {
      const { status, stderr } = await lab.tocsin(command);
      expect(`${status} ${stderr}`).toContain(`1 tocsin: ${named}`);
      expect(stderr).toMatch(/\nstart one with `npm start`, or `npm run -s tocsin -- up --detach`\n$/);
    }
    expect((await lab.tocsin("down")).stdout).toContain(named);
  }, 60_000);

  it("is forgotten by the next start; one in the background is reported as well", async () => {
    expect((await lab.tocsin("up", "--detach")).status).toBe(0);
    expect((await lab.tocsin("status")).status).toBe(0);
    const state = await lab.status();
    process.kill(pidOf(state, "alertmanager"), "SIGKILL");
    await eventually("the end of the lab", 30, () => (isAlive(state.pid) ? undefined : true));
    expect((await lab.tocsin("status")).stderr).toContain(
      "no lab is running here any more: alertmanager ended by itself (SIGKILL); the end of ",
    );
    expect(lab.programs()).toEqual([]);
  }, 120_000);
});

describe("a lab whose own process was killed", () => {
  const lab = new Lab();

  afterAll(async () => {
    await lab.remove();
  }, 60_000);

  it("says so at the next command, which ends what it had started", async () => {
    const shell = lab.start();
    const state = await lab.state(({ ready }) => ready);
    process.kill(state.pid, "SIGKILL");
    await shell.ended;
    expect((await lab.tocsin("status")).stderr).toContain(
      `no lab is running here any more: its own process [${state.pid}] was killed, and its programs were ended now`,
    );
    await eventually("the end of its programs", 30, () => (lab.programs().length === 0 ? true : undefined));
  }, 120_000);

  it("says nothing of it once another one was ended in order", async () => {
    expect((await lab.tocsin("up", "--detach")).status).toBe(0);
    expect((await lab.tocsin("down")).stdout).toBe("stopped\n");
    expect((await lab.tocsin("down")).stdout).toBe("no lab is running here\n");
  }, 120_000);
});
