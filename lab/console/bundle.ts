import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a browser loads besides the page itself. */
export interface ConsoleFiles {
  readonly script: string;
  readonly style: string;
}

const FOLDER = join(__dirname, "../../console");
const SOURCE = join(FOLDER, "main.tsx");
/** In the package, which has no sources and no bundler. */
export const BUILT = { script: "main.js", style: "main.css" } as const;

/** The console as it is in the sources, bundled now, so that no build is older than them; in the package as it was built. */
export async function consoleFiles(): Promise<ConsoleFiles> {
  const built = (file: string): string => readFileSync(join(FOLDER, file), "utf8");
  return existsSync(SOURCE) ? bundle() : { script: built(BUILT.script), style: built(BUILT.style) };
}

async function bundle(): Promise<ConsoleFiles> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    outdir: FOLDER,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    write: false,
  });
  const textOf = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return { script: textOf(".js"), style: textOf(".css") };
}
