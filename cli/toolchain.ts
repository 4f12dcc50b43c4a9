import { ensureToolchain } from "../lab/toolchain";
import { interruption } from "./interrupt";

/** `tocsin toolchain`: finds Prometheus and Alertmanager or installs them, and says where they are. */
export async function toolchainCommand(): Promise<void> {
  const toolchain = await ensureToolchain({ signal: interruption() });
  for (const [program, file] of Object.entries(toolchain)) {
    process.stdout.write(`${program} ${file}\n`);
  }
}
