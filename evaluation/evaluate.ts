import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import type { EvaluatedResource } from "../policies/evaluate";
import { RecordingMonitor, type Registration } from "./recording-monitor";
import { plain, SECRET_MASK } from "./wire";

/** A resource that the program would register. */
export interface ProgramResource extends EvaluatedResource {
  readonly custom: boolean;
  /** Whether the engine forgets it instead of deleting it. */
  readonly retainOnDelete: boolean;
  /** As `props`, with secrets masked: this one may be shown. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** What the program of a stack would register, and its outputs. */
export interface Evaluation {
  readonly resources: readonly ProgramResource[];
  readonly outputs: unknown;
}

/** A stack as the engine would hand it to the program. */
export interface StackInput {
  readonly project: string;
  readonly stack: string;
  /** Configuration as text by full key. */
  readonly entries: Readonly<Record<string, string>>;
  /** Keys whose values are secrets. */
  readonly secretKeys: readonly string[];
}

/**
 * Runs a program as a preview without the engine: no command line, no cluster, no credentials. One at a time, since
 * the SDK keeps its state in the process. Source: the SDK's `runtime/mocks`, proven equal to the engine by the
 * engine tests.
 *
 * @throws whatever the program throws, which is a RunError for bad configuration; an Error for two resources of one
 *   URN, and for a call or a read
 */
export async function evaluateProgram(program: () => unknown, input: StackInput): Promise<Evaluation> {
  const monitor = new RecordingMonitor();
  // The first call switches on what the engine supports, such as secrets; the second puts our monitor in its place.
  await pulumi.runtime.setMocks(monitor.mocks, input.project, input.stack, true, "organization");
  settings.setMockOptions(monitor, input.project, input.stack, true, "organization");
  pulumi.runtime.setAllConfig({ ...input.entries }, [...input.secretKeys]);
  const depth = Error.stackTraceLimit;
  // The SDK takes a stack trace for every resource and maps all its frames; a few tell where a program failed.
  Error.stackTraceLimit = 4;
  const outcome = await runToEnd(program, monitor).finally(() => {
    Error.stackTraceLimit = depth;
  });
  // Before what the program threw: it may have failed on an answer that only a deployment could give.
  if (monitor.refusals.length > 0) {
    throw new Error(monitor.refusals.join("\n"));
  }
  if ("error" in outcome) {
    throw outcome.error;
  }
  const resources = monitor.registrations.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  return { resources: resources.map(programResource).sort(byUrn), outputs: outcome.outputs };
}

type Outcome = { readonly outputs: unknown } | { readonly error: unknown };

/** A program that fails must not reject inside the SDK: it would end the process before anybody could report it. */
async function runToEnd(program: () => unknown, monitor: RecordingMonitor): Promise<Outcome> {
  let outcome: Outcome = { outputs: undefined };
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      const outputs = await program();
      outcome = { outputs };
      return outputs as Record<string, unknown>;
    } catch (error) {
      outcome = { error };
      return {};
    }
  });
  await drain(monitor);
  return outcome;
}

/** Registrations are answered asynchronously; the last one is in when the count stands still. */
async function drain(monitor: RecordingMonitor): Promise<void> {
  let seen = -1;
  while (seen !== monitor.registrations.length) {
    seen = monitor.registrations.length;
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function programResource(registration: Registration): ProgramResource {
  const { type, name, urn, custom, retainOnDelete, parent, provider, dependencies, inputs } = registration;
  const values = (secret: (content: unknown) => unknown): Record<string, unknown> =>
    plain(inputs, secret) as Record<string, unknown>;
  return {
    type,
    name,
    urn,
    custom,
    retainOnDelete,
    parent,
    provider,
    dependencies,
    props: values((content) => content),
    shown: values(() => SECRET_MASK),
  };
}

function byUrn(a: ProgramResource, b: ProgramResource): number {
  return a.urn < b.urn ? -1 : 1;
}
