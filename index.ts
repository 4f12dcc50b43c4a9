import { catalogue } from "./catalogue";
import { monitoring } from "./program/monitoring";

/** The program of every stack; Pulumi.yaml says how it is run. */
export = monitoring(catalogue);
