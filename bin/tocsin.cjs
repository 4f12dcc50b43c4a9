#!/usr/bin/env node
/** The command: built in the package, from its sources in their repository. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

require("../tools/preload.cjs");

const sources = join(__dirname, "../cli/main.ts");
require(existsSync(sources) ? sources : "../dist/cli/main.js").main();
