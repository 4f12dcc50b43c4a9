export { ToolchainError } from "./errors";
export {
  ensureActionlint,
  ensureExporters,
  ensureKubernetes,
  ensureOperator,
  ensurePulumi,
  ensureSloth,
  ensureThanos,
  ensureToolchain,
  ensureVersitygw,
  findTools,
  type FoundTools,
  type Toolchain,
} from "./toolchain";
export type { ToolchainOptions } from "./run";
