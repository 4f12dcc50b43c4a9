#!/usr/bin/env node
/** The command: built in the package, from its sources in their repository. */
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const { engines } = require("../package.json");

// Node 20 runs it, too, though npm warns of packages that ask for more. What is older fails within one of them.
const OLDEST = 20;

if (Number.parseInt(process.version.slice(1), 10) < OLDEST) {
  process.stderr.write(
    `tocsin: needs Node ${engines.node.replace(">=", "")} or newer, and this is ${process.version}\n`,
  );
  process.exit(1);
}

require("../tools/preload.cjs");

const sources = join(__dirname, "../cli/main.ts");
require(existsSync(sources) ? sources : "../dist/cli/main.js").main();
