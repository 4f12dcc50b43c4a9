export { ToolchainError } from "./errors";
export { ensureToolchain, type Toolchain } from "./toolchain";
export type { ToolchainOptions } from "./run";
