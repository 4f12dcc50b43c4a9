/** Whether this is an installed package; in its own repository the program runs from its sources. */
export const IS_INSTALLED = !__filename.endsWith(".ts");

/** How people call the command. */
export const TOCSIN = IS_INSTALLED ? "npx tocsin" : "npm run -s tocsin --";
