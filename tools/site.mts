import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import {
  Application,
  Converter,
  DocumentReflection,
  FileRegistry,
  KindRouter,
  MinimalSourceFile,
  type NormalizedPath,
  type ProjectReflection,
  type Reflection,
} from "typedoc";
import { catalogue } from "../catalogue.js";
import manifest from "../package.json" with { type: "json" };
import { ROOT } from "../cli/root.js";
import { requireStack } from "../cli/stack.js";
import { runbookFile } from "../plan/runbook.js";
import { modules } from "./api-page.js";

/** The page whose headings are the parts of the site, and whose links are their pages, in this order. */
const INDEX = "docs/README.md";

/** The declarations on one page, in whose place the site has the modules, and a page for each declaration. */
const API = "docs/api.md";

/** What pages name besides pages. */
const FILES = "Files";

/** The stack whose runbooks are shown: the one that wakes people. */
const STACK = "prod";

/** What files are shown as, by their ending; what is not here is copied as it is. */
const LANGUAGES: Readonly<Record<string, string>> = { ".ts": "typescript", ".json": "json", ".yaml": "yaml" };

/** What the index says of a page, or of the folder that it stands in. */
interface Place {
  readonly file: string;
  readonly part: string;
}

function isFolder(file: string): boolean {
  return statSync(path.join(ROOT, file), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function placesOf(): readonly Place[] {
  const index = readFileSync(path.join(ROOT, INDEX), "utf8");
  return index.split(/^## /m).flatMap((section) =>
    [...section.matchAll(/\[([^\]]+)\]\(([^)#]+)\)/g)].map(([, text = "", link = ""]) => {
      const file = path.posix.join(path.posix.dirname(INDEX), link);
      return { file, part: isFolder(file) ? text : section.slice(0, section.indexOf("\n")) };
    }),
  );
}

/** A folder as a list of what is in it, which leads to its pages and folders. */
function listOf(folder: string): string {
  const entries = readdirSync(path.join(ROOT, folder)).map((entry) =>
    entry.endsWith(".md") || isFolder(`${folder}/${entry}`)
      ? `- [${entry}](${path.posix.basename(folder)}/${entry})`
      : `- ${entry}`,
  );
  return [`# ${folder}`, "", ...entries].join("\n");
}

/** A file of the repository as Markdown; undefined for what is copied as it is, or is not there. */
function markdownOf(file: string): string | undefined {
  if (isFolder(file)) return listOf(file);
  const language = LANGUAGES[path.extname(file)];
  if ((language === undefined && !file.endsWith(".md")) || !existsSync(path.join(ROOT, file)))
    return undefined;
  const text = readFileSync(path.join(ROOT, file), "utf8");
  return language === undefined ? text : `# ${file}\n\n\`\`\`\`${language}\n${text}\`\`\`\`\n`;
}

/** Adds what the index leads to, and what those pages lead to, and so on, each under the part of the site that has it. */
function addPages(app: Application, project: ProjectReflection, places: readonly Place[]): void {
  const { runbooks } = requireStack(catalogue, STACK).plan;
  const made = new Map(runbooks.map((page) => [runbookFile(page), page.markdown]));
  const placeOf = (file: string): Place | undefined =>
    file === INDEX
      ? places[0]
      : places.find(
          (place) => place.file === file || file.startsWith(`${place.file.replace(/\/README\.md$/, "")}/`),
        );
  const add = (file: string): void => {
    const text = made.get(file) ?? markdownOf(file);
    if (text === undefined) return;
    const absolute = path.join(ROOT, file) as NormalizedPath;
    const { content } = app.converter.parseRawComment(new MinimalSourceFile(text, absolute), project.files);
    const title = /^# (.+)$/m.exec(text)?.[1]?.replaceAll("`", "") ?? file;
    const page = new DocumentReflection(title, project, content, { group: placeOf(file)?.part ?? FILES });
    project.addChild(page);
    project.registerReflection(page, undefined, absolute);
  };
  const main = project.getChildByName([manifest.name]) ?? project;
  project.files.registerReflectionPath(path.join(ROOT, API) as NormalizedPath, main);
  add(INDEX);
  places.filter(({ file }) => file !== API).forEach(({ file }) => add(file));
  for (let found = true; found;) {
    const linked = [...project.files.getMediaPaths()].map((file) => path.relative(ROOT, file));
    const known = project.documents?.length;
    linked.forEach(add);
    found = project.documents?.length !== known;
  }
}

/** Pages of the repository have the addresses that their files have there. */
class PathRouter extends KindRouter {
  protected override getIdealBaseName(reflection: Reflection): string {
    const file = reflection.isDocument() && reflection.project.files.getReflectionPath(reflection);
    return typeof file === "string"
      ? path.relative(ROOT, file).replace(/\.md$/, "").replace(/^\.\./, "")
      : super.getIdealBaseName(reflection);
  }
}

/** What TypeDoc is told: what it warns of is a mistake, and each module is called as people import it. */
async function generator(places: readonly Place[], out: string): Promise<Application> {
  const app = await Application.bootstrapWithPlugins({
    name: "Tocsin",
    plugin: ["typedoc-plugin-missing-exports"],
    tsconfig: path.join(ROOT, "tsconfig.build.json"),
    entryPoints: modules().map(({ file }) => `${file}.ts`),
    // The linter has checked them.
    skipErrorChecking: true,
    readme: path.join(ROOT, "README.md"),
    router: "path",
    out,
    disableSources: true,
    excludeExternals: true,
    searchInDocuments: true,
    searchInComments: true,
    highlightLanguages: ["bash", "javascript", "json", "markdown", "sql", "typescript", "yaml"],
    ignoredHighlightLanguages: ["promql"],
    groupOrder: [...new Set(places.map(({ part }) => part)), "Modules", FILES],
    headings: { readme: false, document: false },
    navigation: {
      includeGroups: true,
      includeCategories: false,
      includeFolders: false,
      excludeReferences: true,
    },
    treatWarningsAsErrors: true,
  });
  app.renderer.defineRouter("path", PathRouter);
  const names = new Map(
    modules().map(({ name, file }) => [path.relative(ROOT, file).replace("/index", ""), name]),
  );
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, declaration) => {
    declaration.name = names.get(declaration.name) ?? declaration.name;
  });
  return app;
}

/** `npm run site`: writes the pages and the API as a website that works from a disk and asks nobody. */
async function buildSite(out: string): Promise<boolean> {
  const places = placesOf();
  const app = await generator(places, out);
  // A page may be there without a file of its own; what is not there at all is found when all pages are known.
  app.files = new FileRegistry();
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => addPages(app, project, places), -1);
  const project = await app.convert();
  if (project === undefined) return false;
  app.validate(project);
  await app.generateOutputs(project);
  return !app.logger.hasErrors() && !app.logger.hasWarnings();
}

const [, , out = path.join(ROOT, "out/site")] = process.argv;
if (!(await buildSite(path.resolve(out)))) process.exitCode = 1;
