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
    writeFiles(folder, new Map([["services/tocsin/runbooks/watchdog.md", "Our own."]]));
    expect(own()).toContain("watchdog: Our");
    expect(own()).not.toContain("watchdog: ---");
  });

  it("is every page of every service, in the order of their names, and says what is no page", () => {
    const pages = ["orders/runbooks/slow.md", "orders/runbooks/down.md", "cart/runbooks/down.md"];
    const others = [
      "index.ts",
      "orders/requirements.md",
      "orders/runbooks/_draft.md",
      "orders/runbooks/graph.png",
    ];
    const strange = ["cart/runbooks/full.markdown", "cart/runbooks/GONE.MD"];
    writeFiles(
      folder,
      new Map([...pages, ...others, ...strange].map((name) => [`services/${name}`, `text of ${name}`])),
    );
    mkdirSync(path.join(folder, "services/orders/runbooks/old.md"));
    const { runbooks, ...rest } = readContent(folder);
    expect({ ...rest, runbooks: runbooks.filter(({ service }) => service !== SELF.service) }).toEqual({
      runbooks: [
        { service: "cart", slug: "down", text: "text of cart/runbooks/down.md" },
        { service: "orders", slug: "down", text: "text of orders/runbooks/down.md" },
        { service: "orders", slug: "old", text: "", fault: "cannot be read [EISDIR]" },
        { service: "orders", slug: "slow", text: "text of orders/runbooks/slow.md" },
      ],
      unreadable: ["GONE.MD", "full.markdown"].map((name) => ({
        path: `services/cart/runbooks/${name}`,
        fault: "has a name that does not end in .md",
      })),
    });
  });

  it("names the services whose pages lie above them, as they did once, and reads none of those", () => {
    const pages = ["stock/down.md", "_template.md", "pictures/graph.png"];
    writeFiles(folder, new Map(pages.map((name) => [`runbooks/${name}`, "text"])));
    const { former, runbooks } = readContent(folder);
    expect(former).toEqual(["stock"]);
    expect(runbooks.filter(({ service }) => service === "stock")).toEqual([]);
  });
});
