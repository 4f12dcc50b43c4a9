import type { Service } from "tocsin";
import { shop } from "./shop";

/** Every service that the stacks monitor. */
export const services: readonly Service[] = [shop];
