import { catalogue } from "../../catalogue";
import { requireStack } from "../../cli/stack";

// Says the plan of production of the checkout that this file stands in.
process.stdout.write(JSON.stringify(requireStack(catalogue, "prod").plan));
