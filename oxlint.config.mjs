import { defineConfig } from "oxlint";

/**
 * The arrows: every folder of ours, what it may import of ours, and why no more. The same table is drawn in
 * docs/architecture.md. `test` and `tools` may import anything and have no row.
 */
const ARROWS = {
  slo: { may: [], why: "slo is the pure domain and knows nothing of what is made from it" },
  receivers: { may: [], why: "an integration is one file about itself, which every edge may ask" },
  plan: { may: ["slo", "receivers"], why: "plan holds types of values only, so that every edge can read it" },
  parts: { may: ["slo"], why: "a part is data about telemetry that many services have" },
  services: {
    may: ["slo", "parts"],
    why: "a service is data about itself; what becomes of it is decided elsewhere",
  },
  config: {
    may: ["plan", "receivers", "slo"],
    why: "config turns text into an Environment and Content, and makes nothing of them",
  },
  generators: {
    may: ["slo", "receivers", "plan"],
    why: "generators are pure functions of services, Environment and Content",
  },
  backends: {
    may: ["slo", "receivers", "plan"],
    why: "a backend writes down a finished plan and decides nothing anew",
  },
  // Below a folder that has a row, so that these rows come later and hold.
  "backends/rule-tests": {
    may: ["slo", "plan", "generators"],
    why: "expectations need what the rules were made of; a plan holds what was made",
  },
  "backends/handbook": {
    may: ["slo", "plan", "generators"],
    why: "its pages say in words what generators know of a service",
  },
  review: {
    may: ["slo", "receivers", "plan", "backends"],
    why: "review compares two finished plans, of whatever versions, and makes none",
  },
  reports: {
    may: ["slo", "receivers", "plan", "generators", "backends", "review"],
    why: "a report asks a server what became of a plan; the command and a job in the cluster share it",
  },
  components: {
    may: ["plan", "backends"],
    why: "a component registers slices of the plan and computes nothing",
  },
  program: {
    may: ["plan", "slo", "config", "generators", "backends", "components"],
    why: "the program puts parts together, for any catalogue, and has no logic of its own",
  },
  evaluation: {
    may: ["program", "policies", "config", "plan", "slo"],
    why: "evaluation runs the program as it is, with the policies over its result",
  },
  console: {
    may: ["plan"],
    why: "the console runs in a browser and knows what the lab answers, of which it holds the types",
  },
  lab: {
    may: ["plan", "slo", "receivers", "config", "generators", "backends", "evaluation", "console"],
    why: "the lab plays a plan on one machine, and must work without the command and without the engine",
  },
  cli: {
    may: [
      ...["plan", "slo", "parts", "config", "generators", "backends", "backends/rule-tests"],
      ...["review", "reports", "evaluation", "lab"],
    ],
    why: "the command is an edge over pure functions; resources belong to the engine's program",
  },
  api: {
    may: ["plan", "slo", "parts", "components", "policies", "cli", "evaluation"],
    why: "it names what outside repositories may import, and has no code of its own to speak of",
  },
  catalogue: {
    may: ["slo", "services"],
    why: "the catalogue says what this repository monitors; whatever else is here works for any other, too",
  },
  index: { may: ["catalogue", "program"], why: "it hands the catalogue of this repository to the program" },
  policies: { may: [], why: "policies judge the program, so they share no code with it" },
  jobs: { may: ["reports", "plan"], why: "a job is bundled with what it uses and runs inside the cluster" },
};

/** Folders that are pure, or run where the engine's SDKs are not wanted. */
const WITHOUT_PULUMI = [
  "slo",
  "receivers",
  "plan",
  "parts",
  "services",
  "generators",
  "backends",
  "review",
  "reports",
  "lab",
];

/** Folders that only return values: whoever calls them decides what is printed. */
const SILENT = ["slo", "receivers", "plan", "parts", "generators", "backends", "review", "reports"];

const TARGETS = [...Object.keys(ARROWS), "tools", "test"];

/** Files of this repository's own, above all folders. */
const FILES = ["catalogue", "index"];

const filesOf = (folder) =>
  FILES.includes(folder)
    ? [`./${folder}.ts`]
    : ["ts", "tsx", "mts"].map((ending) => `${folder}/**/*.${ending}`);

/**
 * Only a path that leaves the folder can name another one, so `./config` beside a file stays free. The program is
 * the file above all folders: `../index`, which the barrel of a subfolder may be as well, so it is not forbidden here.
 */
function arrow(folder, { may, why }) {
  const forbidden = TARGETS.filter((name) => name !== folder && name !== "index" && !may.includes(name));
  const from = FILES.includes(folder) ? "^(\\.\\.?/)+" : "^(\\./)?(\\.\\./)+";
  const allowed = may.length === 0 ? "nothing else of ours" : `only ${may.join(", ")}`;
  return { regex: `${from}(${forbidden.join("|")})(/|$)`, message: `${folder} imports ${allowed}: ${why}.` };
}

const engine = (folder) => ({
  regex: "^@pulumi(verse)?/",
  message: `${folder} never imports Pulumi: its results are plain values, testable without an engine.`,
});

const arrows = Object.entries(ARROWS).map(([folder, row]) => ({
  files: filesOf(folder),
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [arrow(folder, row), ...(WITHOUT_PULUMI.includes(folder) ? [engine(folder)] : [])] },
    ],
  },
}));

/** Tests of the engine have `test/fixture`, so that the services can go and the tests stay. */
const withoutServices = {
  files: ["test/**/*.ts", "tools/**/*.ts"],
  excludeFiles: ["test/services/**"],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: "^(\\.\\./)+services(/|$)",
            message: "ask catalogue.ts, or play test/fixture: services come and go.",
          },
        ],
      },
    ],
  },
};

/** What is always wrong: typescript-eslint's `strictTypeChecked`, without what needs a reader to judge. */
const ERRORS = [
  "no-array-constructor",
  "no-unused-expressions",
  "no-unused-vars",
  "no-useless-constructor",
  "no-var",
  "prefer-const",
  "prefer-rest-params",
  "prefer-spread",
  "typescript/await-thenable",
  "typescript/no-array-delete",
  "typescript/no-base-to-string",
  "typescript/no-deprecated",
  "typescript/no-duplicate-enum-values",
  "typescript/no-duplicate-type-constituents",
  "typescript/no-dynamic-delete",
  "typescript/no-empty-object-type",
  "typescript/no-extra-non-null-assertion",
  "typescript/no-extraneous-class",
  "typescript/no-floating-promises",
  "typescript/no-for-in-array",
  "typescript/no-generated-empty-object-type",
  "typescript/no-implied-eval",
  "typescript/no-invalid-void-type",
  "typescript/no-meaningless-void-operator",
  "typescript/no-misused-new",
  "typescript/no-misused-promises",
  "typescript/no-misused-spread",
  "typescript/no-mixed-enums",
  "typescript/no-namespace",
  "typescript/no-non-null-asserted-nullish-coalescing",
  "typescript/no-non-null-asserted-optional-chain",
  "typescript/no-non-null-assertion",
  "typescript/no-redundant-type-constituents",
  "typescript/no-require-imports",
  "typescript/no-this-alias",
  "typescript/no-unnecessary-boolean-literal-compare",
  "typescript/no-unnecessary-template-expression",
  "typescript/no-unnecessary-type-arguments",
  "typescript/no-unnecessary-type-assertion",
  "typescript/no-unnecessary-type-constraint",
  "typescript/no-unnecessary-type-conversion",
  "typescript/no-unnecessary-type-parameters",
  "typescript/no-unsafe-argument",
  "typescript/no-unsafe-assignment",
  "typescript/no-unsafe-call",
  "typescript/no-unsafe-declaration-merging",
  "typescript/no-unsafe-enum-comparison",
  "typescript/no-unsafe-function-type",
  "typescript/no-unsafe-member-access",
  "typescript/no-unsafe-return",
  "typescript/no-unsafe-unary-minus",
  "typescript/no-useless-default-assignment",
  "typescript/no-wrapper-object-types",
  "typescript/only-throw-error",
  "typescript/prefer-as-const",
  "typescript/prefer-literal-enum-member",
  "typescript/prefer-namespace-keyword",
  "typescript/prefer-promise-reject-errors",
  "typescript/prefer-reduce-type-parameter",
  "typescript/prefer-return-this-type",
  "typescript/related-getter-setter-pairs",
  "typescript/require-await",
  "typescript/triple-slash-reference",
  "typescript/unbound-method",
  "typescript/unified-signatures",
  "typescript/use-unknown-in-catch-callback-variable",
  "typescript/no-explicit-any",
  "typescript/no-unnecessary-condition",
  // No default exports: a name that every importer shares can be searched for.
  "import/no-default-export",
];

const MODULES = ["**/*.ts", "**/*.tsx", "**/*.mts"];

export default defineConfig({
  plugins: ["typescript", "import"],
  categories: { correctness: "off" },
  options: {
    // What the compiler says, and rules that need its types: one program for both.
    typeAware: true,
    typeCheck: true,
    reportUnusedDisableDirectives: "error",
  },
  env: { builtin: true, node: true },
  // The examples import the installed package; the test of the package compiles them.
  ignorePatterns: ["**/node_modules/", "**/dist/", "**/.tocsin/", "coverage/", "examples/"],
  overrides: [
    {
      files: MODULES,
      rules: {
        ...Object.fromEntries(ERRORS.map((rule) => [rule, "error"])),
        "typescript/ban-ts-comment": ["error", { minimumDescriptionLength: 10 }],
        "typescript/restrict-plus-operands": [
          "error",
          {
            allowAny: false,
            allowBoolean: false,
            allowNullish: false,
            allowNumberAndString: false,
            allowRegExp: false,
          },
        ],
        "typescript/return-await": ["error", "error-handling-correctness-only"],
        // A whole number prints as it is written; exact decimals are Big, and Big goes through decimal().
        "typescript/restrict-template-expressions": ["error", { allowNumber: true }],
      },
    },
    // Jest's matchers, such as expect.stringContaining(), are typed as any.
    { files: ["test/**/*.ts"], rules: { "typescript/no-unsafe-assignment": "off" } },
    {
      files: MODULES,
      excludeFiles: ["test/**"],
      rules: { "max-lines": ["error", 300], "max-lines-per-function": ["error", 40] },
    },
    // Markup, an attribute a line.
    { files: ["console/**/*.tsx"], rules: { "max-lines-per-function": ["error", 60] } },
    {
      // The engine and jest load these by their default export.
      files: [
        "./index.ts",
        "test/support/global-setup.ts",
        "test/support/global-teardown.ts",
        "test/engine/global-setup.ts",
      ],
      rules: { "import/no-default-export": "off", "max-lines": ["error", 60] },
    },
    { files: SILENT.flatMap(filesOf), rules: { "no-console": "error" } },
    ...arrows,
    withoutServices,
    {
      files: ["test/unit/**/*.ts", "test/components/**/*.ts", "test/policies/**/*.ts"],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            patterns: [
              {
                regex: "^(\\.\\./)+(services|support/(plan|evaluated))(/|$)",
                message:
                  "`npm run test:quick` knows no service of ours; play test/support/http-shop.ts, or move to test/catalogue.",
              },
            ],
          },
        ],
      },
    },
  ],
});
