import type { Service } from "../slo/service";
import { omnihub } from "./omnihub";

/** Every service that the stack monitors. */
export const services: readonly Service[] = [omnihub];
