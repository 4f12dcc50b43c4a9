import { mkdirSync } from "node:fs";
import path from "node:path";
import { readContent } from "../../config/content";
import { SELF } from "../../plan/names";
import { removeFolder, temporaryFolder, writeFiles } from "../support/program";

describe("the content of a checkout", () => {
  const folder = temporaryFolder();

  afterAll(() => removeFolder(folder));

  const own = (): readonly string[] =>
    readContent(folder)
      .runbooks.filter(({ service }) => service === SELF.service)
      .map(({ slug, text }) => `${slug}: ${text.slice(0, 3)}`);

  it("is that of the monitoring itself where there are no runbooks, and a page of its own takes its place", () => {
    expect(readContent(folder).runbooks).toHaveLength(own().length);
    expect(own()).toContain("watchdog: ---");
    writeFiles(folder, new Map([["runbooks/tocsin/watchdog.md", "Our own."]]));
    expect(own()).toContain("watchdog: Our");
    expect(own()).not.toContain("watchdog: ---");
  });

  it("is every page of every service, in the order of their names", () => {
    const pages = ["orders/slow.md", "orders/down.md", "cart/down.md"];
    const others = ["_template.md", "README.md", "orders/_draft.md", "orders/graph.png"];
    writeFiles(folder, new Map([...pages, ...others].map((name) => [`runbooks/${name}`, `text of ${name}`])));
    mkdirSync(path.join(folder, "runbooks/orders/old.md"));
    const { runbooks, ...rest } = readContent(folder);
    expect({ ...rest, runbooks: runbooks.filter(({ service }) => service !== SELF.service) }).toEqual({
      runbooks: [
        { service: "cart", slug: "down", text: "text of cart/down.md" },
        { service: "orders", slug: "down", text: "text of orders/down.md" },
        { service: "orders", slug: "old", text: "", fault: "cannot be read [EISDIR]" },
        { service: "orders", slug: "slow", text: "text of orders/slow.md" },
      ],
    });
  });
});
