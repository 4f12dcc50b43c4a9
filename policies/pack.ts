import { PolicyPack } from "@pulumi/policy";
import { refuseStaleBuild } from "./freshness";
import { policies } from "./registry";

// The engine runs this file's bundle. It starts a server, so nothing else may import it.
refuseStaleBuild(__dirname);
new PolicyPack("tocsin", {
  displayName: "Tocsin",
  description:
    "What may not reach an environment: alerts without runbook or owner, buckets without protection.",
  policies,
  enforcementLevel: "mandatory",
});
