import { findEngine } from "./cli";

/** `describe` where the engine's command is there; where it is not, the same tests are counted as not run. */
export const describeEngine: jest.Describe = findEngine().found ? describe : describe.skip;
