export { ToolchainError } from "./errors";
export { ensureToolchain, findTools, type FoundTools, type Toolchain } from "./toolchain";
export type { ToolchainOptions } from "./run";
