import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { alertRoutes } from "../../backends/alertmanager/routes";
import { goldenFiles, GOLDENS, OWN_FOLDERS } from "../../tools/goldens";
import { planOf } from "../support/plan";

const MINUTE = 60_000;

jest.setTimeout(MINUTE);

/** More than a reviewer would read. */
const BUDGET = { files: 40, bytes: 780_000 };

const onDisk = readdirSync(GOLDENS, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => statSync(path.join(GOLDENS, file)).isFile())
  .sort();

const own = onDisk.filter((file) => OWN_FOLDERS.some((folder) => file.startsWith(`${folder}/`)));

const read = (file: string): string => readFileSync(path.join(GOLDENS, file), "utf8");

describe("the goldens, which `npm run goldens` writes anew", () => {
  let expected: ReadonlyMap<string, string>;

  beforeAll(async () => {
    expected = await goldenFiles();
  }, MINUTE);

  it.each(own)("hold %s as it is generated, byte for byte", (file) => {
    expect(read(file)).toBe(expected.get(file));
  });

  it("are all there, and none is left over", () => {
    const generated = [...expected.keys()].filter((file) => !file.startsWith("grafana/"));
    expect(own).toEqual(generated.sort());
  });

  it("can be read by a person: one artefact each, and not too much of all", () => {
    // Pictures are looked at, all at a glance.
    const texts = onDisk.filter((file) => !file.endsWith(".png"));
    const sizes = texts.map((file) => statSync(path.join(GOLDENS, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET.bytes);
    expect(sizes.length).toBeLessThan(BUDGET.files);
    expect(own.filter((file) => /[^\n]{400}/.test(read(file)))).toEqual([]);
  });

  it("show no text of a secret and no address that a secret would hold", () => {
    expect(own.filter((file) => /hooks\.slack|\[secret\]|stringData|BEGIN /.test(read(file)))).toEqual([]);
  });

  it("list every route of every alert of prod and dev", () => {
    for (const stack of ["dev", "prod"]) {
      expect(JSON.parse(read(`${stack}/alertmanager/routes.json`))).toEqual(alertRoutes(planOf(stack)));
    }
  });

  it("list the resources of prod, one on a line", () => {
    const lines = read("prod/resources.txt").trimEnd().split("\n");
    expect(lines).toContain(
      "kubernetes:core/v1:Namespace tocsin-namespace, in tocsin-namespace, by kubernetes, retained on deletion",
    );
    expect(lines).toContain(
      "aws:s3/bucket:Bucket orders-database, in orders-database, by aws, retained on deletion",
    );
    expect(lines).toContain("tocsin:index:Prometheus tocsin-prometheus, in tocsin");
    expect(
      lines.filter(
        (line) => !/^\S+ \S+, in \S+(?:, by \S+)?(?:, protected|, retained on deletion)?$/.test(line),
      ),
    ).toEqual([]);
  });
});
