/** Transpile only: types are checked apart by `npm run typecheck`, which is several times faster. */
module.exports = {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // They have a configuration of their own, and may take minutes: jest.engine.config.cjs.
  testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/engine/"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
    ],
  },
  globalSetup: "<rootDir>/test/support/global-setup.ts",
  maxWorkers: 2,
  // No verdict on speed: a machine that is busy with other suites is no fault of a test.
  testTimeout: 60_000,
};
