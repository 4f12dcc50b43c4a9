import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findBrowser, startBrowser } from "../test/support/browser";
import { frozenLab } from "../test/support/frozen-console";
import { Lab } from "../test/support/lab";
import { PICTURES as COMPARED, pictureOf, VIEWS } from "../test/support/pictures";

const FOLDER = join(__dirname, "..", "docs", "pictures");

/** Larger ones make a page of documentation slow. */
const MOST_BYTES = 300_000;

/** Somebody is paged for it within a minute of the lab. */
const INCIDENT = "api-errors";

/** What is shown of the console while an incident runs, by the name of its file; it is taken once it shows something. */
const PICTURES = [
  {
    name: "console",
    path: "/",
    height: 860,
    shows: ".columns:has(.line.critical):has(.sparkline):has(.slos .text.bad)",
  },
] as const;

/** What pictures are for, by the word that asks for these alone. */
const KINDS: Readonly<Record<string, (executable: string) => Promise<void>>> = {
  compared: takeCompared,
  shown: takeShown,
};

async function takePictures(asked: readonly string[]): Promise<void> {
  const executable = findBrowser();
  if (executable === undefined) {
    throw new Error("there is no chromium on PATH; on Debian `apt-get install chromium` installs it");
  }
  for (const kind of asked.length === 0 ? Object.keys(KINDS) : asked) {
    const take = KINDS[kind];
    if (take === undefined) {
      throw new Error(
        `there are no pictures [${kind}]; ask for ${Object.keys(KINDS).join(" or ")}, or for all`,
      );
    }
    await take(executable);
  }
}

/** Takes the small pictures that the tests compare the console with, of a lab that stands still. */
async function takeCompared(executable: string): Promise<void> {
  rmSync(COMPARED, { recursive: true, force: true });
  mkdirSync(COMPARED, { recursive: true });
  const browser = await startBrowser(executable);
  const frozen = frozenLab();
  for (const view of VIEWS) {
    writeFileSync(join(COMPARED, `${view.name}.png`), await pictureOf(browser, frozen, view));
  }
  await browser.close();
  const sizes = readdirSync(COMPARED).map((file) => statSync(join(COMPARED, file)).size);
  checkSize(
    COMPARED,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}

/** @throws Error where it is more than a repository should keep */
function checkSize(place: string, size: number): void {
  if (size > MOST_BYTES) {
    throw new Error(
      `[${place}] has [${size}] bytes, and [${MOST_BYTES}] are the most: show less of the page`,
    );
  }
  process.stdout.write(`${place}: ${size} bytes\n`);
}

/** Takes the pictures of the documentation from a lab that plays production and has an incident. */
async function takeShown(executable: string): Promise<void> {
  const lab = new Lab();
  try {
    const up = await lab.tocsin("up", "--detach", "--speed", "20");
    if (up.status !== 0) {
      throw new Error(up.stderr);
    }
    await lab.ask("break", { incident: INCIDENT });
    await lab.until("somebody is paged, and told why", 300, (inbox) =>
      inbox.some(({ channel, alerts }) => channel === "pagerduty" && alerts.includes("ServiceDown")),
    );
    const { address } = await lab.state();
    for (const picture of PICTURES) {
      await take(executable, address, picture);
    }
  } finally {
    await lab.remove();
  }
}

async function take(
  executable: string,
  address: string,
  { name, path, height, shows }: (typeof PICTURES)[number],
): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await startBrowser(executable);
  const page = await browser.newPage({ viewport: { width: 1440, height }, colorScheme: "light" });
  await page.goto(`${address}${path}`);
  await page.locator(shows).first().waitFor();
  const file = join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file });
  await browser.close();
  checkSize(file, statSync(file).size);
}

takePictures(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
