import { createRequire } from "node:module";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import * as automation from "@pulumi/pulumi/automation/server";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

/** What the Automation API starts for an inline program; the SDK leaves it out of its types, and its version is pinned. */
const { LanguageServer } = automation as unknown as {
  readonly LanguageServer: new (program: () => Promise<unknown>) => UntypedServiceImplementation;
};

const load = createRequire(__filename);

/**
 * Runs the program of the folder that the first argument names, as an inline program of the Automation API does: this
 * process is the language runtime that the engine asks, so that no language host has to be installed. It says its
 * port in one line, and serves until it is killed.
 */
function main([project = ""]: readonly string[]): void {
  const server = new Server();
  // Loaded at the first run: what is wrong with the sources is then the engine's to say.
  const program = (): Promise<unknown> => Promise.resolve((load(project) as () => unknown)());
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

main(process.argv.slice(2));
