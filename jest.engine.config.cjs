const ordinary = require("./jest.config.cjs");

/** The program under the real engine: `npm run test:engine`. A run of Pulumi's command takes seconds. */
module.exports = {
  ...ordinary,
  testMatch: ["<rootDir>/test/engine/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  globalSetup: "<rootDir>/test/engine/global-setup.ts",
  testTimeout: 300_000,
};
