import { evaluateProgram, type StackInput } from "../../evaluation/evaluate";
import { RecordingMonitor } from "../../evaluation/recording-monitor";
import { catalogue } from "../../catalogue";
import { monitoring } from "../../program/monitoring";

/** How a run of the program ended, as its last line of output. */
export interface ProgramEnd {
  /** The class and the message of what it threw; absent where it ran to its end. */
  readonly error?: { readonly name: string; readonly message: string };
  /** Types of what it registered, the stack itself left out. */
  readonly registered: readonly string[];
}

/** Runs the program of the checkout that this file stands in, with the input that its argument holds. */
async function run(): Promise<ProgramEnd> {
  const registered: string[] = [];
  const register = Object.getOwnPropertyDescriptor(RecordingMonitor.prototype, "registerResource")
    ?.value as RecordingMonitor["registerResource"];
  RecordingMonitor.prototype.registerResource = function (request, answer) {
    registered.push(request.getType());
    return register.call(this, request, answer);
  };
  const ended = await evaluateProgram(
    monitoring(catalogue),
    JSON.parse(process.argv[2] ?? "") as StackInput,
  ).then(
    () => ({}),
    (error: unknown) => ({
      error:
        error instanceof Error
          ? { name: error.constructor.name, message: error.message }
          : { name: typeof error, message: String(error) },
    }),
  );
  return { ...ended, registered: registered.filter((type) => type !== "pulumi:pulumi:Stack") };
}

void run().then((end) => process.stdout.write(`${JSON.stringify(end)}\n`));
