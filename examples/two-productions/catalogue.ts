import { defineCatalogue } from "tocsin";
import { services } from "./services";

/** What this repository monitors, and the environments that its stacks may be. */
export const catalogue = defineCatalogue({
  root: __dirname,
  services,
  environments: {
    test: {},
    "prod-eu": { mayPage: true, needsDeadMansSwitch: true, locksBackups: true },
    "prod-us": { mayPage: true, needsDeadMansSwitch: true, locksBackups: true },
  },
});
