import * as pulumi from "@pulumi/pulumi";
import { parseConfig, type ConfigResult } from "./environment";

/**
 * The configuration that the engine hands to the program, secrets decrypted. All keys are read at once, because
 * a key by its name would never show a misspelt one.
 */
export function readEngineConfig(): ConfigResult {
  return parseConfig(`Pulumi.${pulumi.getStack()}.yaml`, pulumi.runtime.allConfig());
}
