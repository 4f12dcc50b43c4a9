import type { Policies } from "@pulumi/policy";

/** Every policy of the pack, by name. */
export const policies: Policies = [];
