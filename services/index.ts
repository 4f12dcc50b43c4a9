import type { Service } from "../slo/service";
import { backend } from "./backend";
import { bytspot } from "./bytspot";
import { engram } from "./engram";
import { envsync } from "./envsync";
import { omnihub } from "./omnihub";

/** Every service that the stack monitors. */
export const services: readonly Service[] = [backend, bytspot, engram, envsync, omnihub];
