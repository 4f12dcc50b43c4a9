import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { generatedPages } from "./generated-pages";

const ROOT = dirname(__dirname);

/** `npm run docs`: writes the generated pages. Another folder may be named, to compare. */
async function render(out: string): Promise<void> {
  for (const [path, text] of generatedPages()) {
    const style = await resolveConfig(join(ROOT, path));
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await format(text, { ...style, filepath: path }));
    process.stdout.write(`${path}\n`);
  }
}

render(process.argv[2] ?? ROOT).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
