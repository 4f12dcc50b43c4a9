import { defineCatalogue } from "tocsin";
import { services } from "./services";

/** What this repository monitors, and the environments that its stacks may be. */
export const catalogue = defineCatalogue({
  root: __dirname,
  services,
  environments: {
    prod: { mayPage: true, needsDeadMansSwitch: true, locksBackups: true },
  },
});
