import { freePort } from "../../lab/process";

/** Below the ports that the system gives to connections, so that a server that comes back finds its own free. */
let next = 20_000 + (process.pid % 100) * 100;

/** A port on loopback for a server that will be stopped and started. */
export async function reservePort(): Promise<number> {
  for (;;) {
    next = next >= 32_000 ? 20_000 : next + 1;
    try {
      return await freePort(next, "");
    } catch {
      // Somebody else has it.
    }
  }
}
