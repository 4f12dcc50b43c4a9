import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { alertRoutes } from "../../backends/alertmanager/routes";
import { goldenFiles, GOLDENS, OWN_FOLDERS } from "../../tools/goldens";
import { planOf } from "../support/plan";

const MINUTE = 60_000;

jest.setTimeout(MINUTE);

/** More than a reviewer would read. */
const BUDGET_BYTES = 700_000;

const onDisk = readdirSync(GOLDENS, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => statSync(path.join(GOLDENS, file)).isFile())
  .sort();

const own = onDisk.filter((file) => OWN_FOLDERS.some((folder) => file.startsWith(`${folder}/`)));

/** ConfigMaps that hold nothing but runbooks. */
const isPages = (file: string): boolean => /-configmap-runbooks-(?:lists|pages-[a-z0-9-]+)\.yaml$/.test(file);

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
    const sizes = onDisk.map((file) => statSync(path.join(GOLDENS, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET_BYTES);
    expect(own.filter((file) => /[^\n]{400}/.test(read(file)))).toEqual([]);
  });

  it("show no text of a secret and no address that a secret would hold", () => {
    expect(own.filter((file) => /hooks\.slack|\[secret\]|stringData|BEGIN /.test(read(file)))).toEqual([]);
  });

  it("say of a ConfigMap which file it holds", () => {
    const maps = own.filter((file) => file.startsWith("prod/") && file.includes("-configmap-"));
    const [pages, others] = [maps.filter(isPages), maps.filter((file) => !isPages(file))];
    const textsOf = (file: string): readonly (readonly [string, string])[] =>
      Object.entries((parse(read(file)) as { data: Readonly<Record<string, string>> }).data);
    // Two lists may say the same; then one file is named for both.
    expect(
      pages
        .flatMap(textsOf)
        .filter(([, text]) => !/^the text of runbooks\/[a-z\d/-]+\/[a-z\d_.-]+\.html$/.test(text)),
    ).toEqual([]);
    const ofTocsin = textsOf("prod/kubernetes/monitoring-configmap-runbooks-pages-tocsin.yaml");
    expect(ofTocsin).toContainEqual(["watchdog.html", "the text of runbooks/pages/tocsin/watchdog.html"]);
    const owners = new Set(planOf("prod").ruleGroups.map(({ file }) => file));
    const texts = others.flatMap(textsOf);
    expect(Object.fromEntries(texts)).toEqual({
      "alertmanager.yml": "the text of alertmanager/alertmanager.yml",
      "blackbox.yml": "the text of blackbox/blackbox.yml",
      "nginx.conf": "the text of runbooks/nginx.conf",
      "prometheus.yml": "the text of prometheus/prometheus.yml",
      "tocsin.tmpl": "the text of alertmanager/templates/tocsin.tmpl",
      ...Object.fromEntries(
        [...owners].map((owner) => [`${owner}.yml`, `the text of prometheus/rules/${owner}.yml`]),
      ),
    });
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
      "aws:s3/bucket:Bucket omnihub-database, in omnihub-database, by aws, retained on deletion",
    );
    expect(lines).toContain("tocsin:index:Prometheus tocsin-prometheus, in tocsin");
    expect(
      lines.filter(
        (line) => !/^\S+ \S+, in \S+(?:, by \S+)?(?:, protected|, retained on deletion)?$/.test(line),
      ),
    ).toEqual([]);
  });
});
