import { services } from "./services";
import { defineCatalogue } from "./slo/catalogue";

/** What this repository monitors, and the environments that its stacks may be. */
export const catalogue = defineCatalogue({
  root: __dirname,
  services,
  environments: {
    beta: {},
    dev: {},
    prod: { mayPage: true, needsDeadMansSwitch: true, locksBackups: true, replicatesBackups: true },
    staging: { needsDeadMansSwitch: true, locksBackups: true },
  },
});
