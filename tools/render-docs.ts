import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { stackFileSchema } from "../config/json-schema";
import { configurationPage } from "./configuration-page";

const ROOT = dirname(__dirname);

/** `npm run docs`: what is written from the schema. Another folder may be named, to compare. */
const files: readonly (readonly [path: string, text: string])[] = [
  ["config/stack.schema.json", JSON.stringify(stackFileSchema())],
  ["docs/configuration.md", configurationPage()],
];

async function render(out: string): Promise<void> {
  for (const [path, text] of files) {
    const style = await resolveConfig(join(ROOT, path));
    const file = join(out, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await format(text, { ...style, filepath: path }));
    process.stdout.write(`${path}\n`);
  }
}

void render(process.argv[2] ?? ROOT);
