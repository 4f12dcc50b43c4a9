import { readFileSync } from "node:fs";
import { z } from "zod";
import { previewMarkdown } from "../review/preview";
import { UserError } from "./user-error";

const digest = z.object({
  steps: z.array(
    z.object({
      op: z.string(),
      urn: z.string(),
      diffReasons: z.array(z.string()).nullish(),
      replaceReasons: z.array(z.string()).nullish(),
    }),
  ),
});

/**
 * `tocsin preview <stack> <file>`: what `pulumi preview --json` wrote, as a person reads it.
 * @throws UserError where the file is no such thing, as after a preview that failed
 */
export function previewCommand(stack: string, file: string): void {
  process.stdout.write(previewMarkdown(stack, stepsIn(file)));
}

function stepsIn(file: string): z.infer<typeof digest>["steps"] {
  try {
    return digest.parse(JSON.parse(readFileSync(file, "utf8"))).steps;
  } catch (error) {
    const why = error instanceof z.ZodError ? "it has no list of steps" : String(error);
    throw new UserError(
      `[${file}] is nothing that \`pulumi preview --json\` wrote to its end (${why}): read what the preview said`,
    );
  }
}
