/** Whether this is an installed package; in its own repository the program runs from its sources. */
export const IS_INSTALLED = !__filename.endsWith(".ts");

/** How people call the command. */
export const TOCSIN = IS_INSTALLED ? "npx tocsin" : "npm run -s tocsin --";

/** Where people find the pages of the documentation. */
export const DOCS = IS_INSTALLED ? "node_modules/tocsin/docs" : "docs";
