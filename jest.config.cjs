// The programs of the tests are written in Go, and live shortly: with fewer collections of garbage they need a quarter less time.
process.env.GOGC ??= "400";

/** Transpile only: types are checked apart by `npm run lint`, which is several times faster. */
const common = {
  rootDir: __dirname,
  // The built package has a copy of everything.
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  testEnvironment: "<rootDir>/test/support/environment.cjs",
  // Jest loads no ES modules without a flag of Node's, but what it has transformed.
  transformIgnorePatterns: ["/node_modules/(?!pixelmatch/)"],
  transform: {
    "^.+\\.ts$|/pixelmatch/index\\.js$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
    ],
  },
};

const QUICK = ["unit", "components", "policies"];
const folders = (names) => names.map((name) => `<rootDir>/test/${name}/**/*.test.ts`);

module.exports = {
  // Two more than the two cores that this is planned for, since four suites mostly wait, and they come first.
  maxWorkers: 4,
  // No verdict on speed: a machine that is busy with other suites is no fault of a test. Of a project jest takes none.
  testTimeout: 300_000,
  testSequencer: "<rootDir>/test/support/sequencer.cjs",
  projects: [
    {
      ...common,
      displayName: "quick",
      testMatch: folders(QUICK),
      // A change of a service cannot break what knows none of them, and what knows none is loaded in no time.
      moduleNameMapper: { "^(\\.\\./)+services(/.*)?$": "<rootDir>/test/support/no-services.cjs" },
    },
    {
      ...common,
      displayName: "whole",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", `<rootDir>/test/(${QUICK.join("|")}|engine)/`],
      globalSetup: "<rootDir>/test/support/global-setup.ts",
      globalTeardown: "<rootDir>/test/support/global-teardown.ts",
    },
    {
      ...common,
      displayName: "engine",
      testMatch: folders(["engine"]),
      globalSetup: "<rootDir>/test/engine/global-setup.ts",
    },
  ],
};
