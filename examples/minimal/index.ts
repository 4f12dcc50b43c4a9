import { monitoring } from "tocsin/program";
import { catalogue } from "./catalogue";

/** The program of every stack; Pulumi.yaml says how it is run. */
export = monitoring(catalogue);
