const ordinary = require("./jest.config.cjs");

/** The program under the real engine, its objects before a real API server: `npm run test:engine`. */
module.exports = {
  ...ordinary,
  testMatch: ["<rootDir>/test/engine/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/"],
  globalSetup: "<rootDir>/test/engine/global-setup.ts",
  testTimeout: 300_000,
};
