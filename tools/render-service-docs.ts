import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { serviceDocs } from "./service-docs";

const root = path.resolve(__dirname, "..");

for (const [name, text] of serviceDocs(root)) {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${name}\n`);
}
