import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The arrows: every folder of ours, what it may import of ours, and why no more. The same table is drawn in
 * docs/architecture.md. `test` and `tools` may import anything and have no row.
 */
const ARROWS = {
  slo: { may: [], why: "slo is the pure domain and knows nothing of what is made from it" },
  plan: { may: ["slo"], why: "plan holds types of values only, so that every edge can read it" },
  services: { may: ["slo"], why: "a service is data about itself; what becomes of it is decided elsewhere" },
  config: {
    may: ["plan", "slo"],
    why: "config turns text into an Environment and Content, and makes nothing of them",
  },
  generators: {
    may: ["slo", "plan"],
    why: "generators are pure functions of services, Environment and Content",
  },
  backends: { may: ["slo", "plan"], why: "a backend writes down a finished plan and decides nothing anew" },
  components: {
    may: ["plan", "backends"],
    why: "a component registers slices of the plan and computes nothing",
  },
  evaluation: {
    may: ["index", "policies", "config", "plan"],
    why: "evaluation runs the program as it is, with the policies over its result",
  },
  lab: {
    may: ["plan", "slo", "services", "config", "generators", "backends", "evaluation"],
    why: "the lab plays a plan on one machine, and must work without the command and without the engine",
  },
  cli: {
    may: ["plan", "slo", "services", "config", "generators", "backends", "evaluation", "lab"],
    why: "the command is an edge over pure functions; resources belong to the engine's program",
  },
  index: {
    may: ["config", "services", "generators", "backends", "components"],
    why: "the program puts parts together and has no logic of its own",
  },
  policies: { may: [], why: "policies judge the program, so they share no code with it" },
  jobs: { may: [], why: "a job is bundled alone and runs inside the cluster" },
};

/** Folders that are pure, or run where the engine's SDKs are not wanted. */
const WITHOUT_PULUMI = ["slo", "plan", "services", "generators", "backends", "lab"];

/** Folders that only return values: whoever calls them decides what is printed. */
const SILENT = ["slo", "plan", "generators", "backends"];

const TARGETS = [...Object.keys(ARROWS), "tools", "test"];

const filesOf = (folder) => (folder === "index" ? ["index.ts"] : [`${folder}/**/*.ts`, `${folder}/**/*.mts`]);

/**
 * Only a path that leaves the folder can name another one, so `./config` beside a file stays free. The program is
 * the file above all folders: `../index`, which the barrel of a subfolder may be as well, so it is not forbidden here.
 */
function arrow(folder, { may, why }) {
  const forbidden = TARGETS.filter((name) => name !== folder && name !== "index" && !may.includes(name));
  const from = folder === "index" ? "^(\\.\\.?/)+" : "^(\\./)?(\\.\\./)+";
  const allowed = may.length === 0 ? "nothing else of ours" : `only ${may.join(", ")}`;
  return { regex: `${from}(${forbidden.join("|")})(/|$)`, message: `${folder} imports ${allowed}: ${why}.` };
}

const engine = (folder) => ({
  regex: "^@pulumi(verse)?/",
  message: `${folder} never imports Pulumi: its results are plain values, testable without an engine.`,
});

const arrows = Object.entries(ARROWS).map(([folder, row]) => ({
  name: `tocsin/arrows/${folder}`,
  files: filesOf(folder),
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [arrow(folder, row), ...(WITHOUT_PULUMI.includes(folder) ? [engine(folder)] : [])] },
    ],
  },
}));

export default defineConfig(
  { ignores: ["**/node_modules/", "**/dist/", "**/.tocsin/", "coverage/"] },
  {
    name: "tocsin/typescript",
    files: ["**/*.ts", "**/*.mts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      // A whole number prints as it is written; exact decimals are Big, and Big goes through decimal().
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Style: `() => stop()` as a callback of no result reads well, and hides nothing.
      "@typescript-eslint/no-confusing-void-expression": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector: "ExportDefaultDeclaration",
          message: "No default exports: a name that every importer shares can be searched for.",
        },
      ],
    },
  },
  {
    name: "tocsin/tests",
    files: ["test/**/*.ts"],
    // Jest's matchers, such as expect.stringContaining(), are typed as any.
    rules: { "@typescript-eslint/no-unsafe-assignment": "off" },
  },
  {
    name: "tocsin/sizes",
    files: ["**/*.ts", "**/*.mts"],
    ignores: ["test/**"],
    rules: {
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", 40],
    },
  },
  {
    name: "tocsin/program",
    // The engine and jest load these by their default export.
    files: ["index.ts", "test/support/global-setup.ts", "test/engine/global-setup.ts"],
    // The engine awaits the default export of the program.
    rules: { "no-restricted-syntax": "off", "max-lines": ["error", 60] },
  },
  { name: "tocsin/silent", files: SILENT.flatMap(filesOf), rules: { "no-console": "error" } },
  ...arrows,
  // Configuration files of tools: no type information, no rules of the program.
  { name: "tocsin/plain", files: ["**/*.mjs", "**/*.cjs"], extends: [tseslint.configs.disableTypeChecked] },
);
