import { createRequire } from "node:module";
import path from "node:path";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { quickStrings } from "./strings";
import type * as proto from "@pulumi/pulumi/proto/language_grpc_pb";

/** What the Automation API starts for an inline program; the SDK leaves it out of its types, and its version is pinned. */
interface Automation {
  readonly LanguageServer: new (program: () => Promise<unknown>) => UntypedServiceImplementation;
}

/**
 * Runs the program of the folder that the first argument names, as an inline program of the Automation API does: this
 * process is the language runtime that the engine asks, so that no language host has to be installed. It says its
 * port in one line, and serves until it is killed.
 */
function main([project = ""]: readonly string[]): void {
  const server = new Server();
  // The SDK of the project: the one of this file may be another copy, with a state of its own.
  const load = createRequire(path.join(project, "index.ts"));
  quickStrings(load.resolve("@pulumi/pulumi/package.json"));
  const { LanguageServer } = load("@pulumi/pulumi/automation/server") as Automation;
  const { LanguageRuntimeService } = load("@pulumi/pulumi/proto/language_grpc_pb") as typeof proto;
  // Loaded at the first run: what is wrong with the sources is then the engine's to say.
  const program = (): Promise<unknown> => Promise.resolve((load("./index") as () => unknown)());
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main(process.argv.slice(2));
