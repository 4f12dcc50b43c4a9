import { createRequire } from "node:module";
import { type Command, InvalidArgumentError, Option } from "commander";
import type * as Comment from "./comment";
import type * as Preview from "./preview";

const load = createRequire(__filename);

/** Commands for the workflows of a repository. */
export function addWorkflowCommands(tocsin: Command): void {
  tocsin
    .command("preview")
    .description("say what `pulumi preview --json` would do, replacements and deletions first")
    .argument("<environment>", "the stack")
    .argument("<file>", "what the preview wrote")
    .action((stack: string, file: string) => {
      (load("./preview") as typeof Preview).previewCommand(stack, file);
    });
  tocsin
    .command("comment")
    .description("put a text on a pull request of GitHub, as the one comment of its kind")
    .argument("<file>", "the text, in Markdown")
    .option("--kind <name>", "what it is about; each kind has one comment", "diff")
    .addOption(new Option("--pull <number>", "the pull request").argParser(pullNumber))
    .option("--head <owner:branch>", "the branch of the pull request, where its number is not known")
    .option("--sha <commit>", "the commit that the text is about")
    .option("--author <login>", "under which name the token writes", "github-actions[bot]")
    .action((file: string, options: Parameters<typeof Comment.commentCommand>[1]) =>
      (load("./comment") as typeof Comment).commentCommand(file, options),
    );
}

function pullNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new InvalidArgumentError(`[${text}] is not the number of a pull request`);
  }
  return Number(text);
}
