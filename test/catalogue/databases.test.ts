import { checkPackages } from "../../config/packages";
import { checkBindings } from "../../generators/bindings";
import { checkDatabases, databaseNotices, databases } from "../../generators/databases";
import { checkNeighbours } from "../../generators/neighbours";
import { defineService } from "../../parts/define-service";
import { backupStore } from "../../parts/backup-store";
import type { WatchedBackup } from "../../parts/backup-telemetry";
import type { DatabaseSettings } from "../../plan/database";
import type { Environment } from "../../plan/environment";
import type { Problem } from "../../slo/problem";
import type { Service } from "../../slo/service";
import { DATABASE, LOGGED, TENANTS } from "../support/backups";
import { SHOP } from "../support/http-shop";
import { planOf } from "../support/plan";
import { environmentOf } from "../support/stacks";

const AWS = { cloud: "aws", instance: "arn:aws:rds:eu-central-1:310000000003:db:shop" } as const;
const GCP = {
  cloud: "gcp",
  instance: "projects/acme-prod/instances/shop",
  location: "europe-west3",
} as const;

const shopOf = (...backups: readonly WatchedBackup[]): Service =>
  defineService(
    { ...SHOP, environments: ["dev", "prod"] },
    backups.map((backup) => backupStore(backup)),
  );
const shop = shopOf(DATABASE, { ...LOGGED, id: "logged" }, TENANTS);

function stackWith(named: Readonly<Record<string, DatabaseSettings>>, stack = "prod"): Environment {
  return { ...environmentOf(stack), managedDatabases: { shop: named } };
}

const lines = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ path, message, remedy }) => `${path}: ${message}. ${remedy}`);
const said = (database: DatabaseSettings, stack = "prod", own: Service = shop): readonly string[] =>
  lines(checkDatabases([own], stackWith({ database }, stack)));

const PATH = "services.shop.backups.database";
const SET = "tocsin:managedDatabases.shop.database";
const UNNAMED = (stack: string): string =>
  `${PATH}: nobody sees to the log of [database] in [${stack}]: the stack [${stack}] does not say which database its provider keeps. ` +
  `Set ${SET} in its file, as docs/configuration.md says; \`cloud: other\` where somebody else keeps it.`;

describe("managed databases", () => {
  it("are those that a stack names, for the days of their stores and of their clouds", () => {
    const days = (database: DatabaseSettings, stack?: string): readonly (readonly number[])[] =>
      databases([shop], stackWith({ database }, stack)).map((one) => [
        one.keepDays,
        one.lockDays,
        one.pointInTimeDays,
      ]);
    expect(databases([shop], stackWith({ database: AWS }))).toEqual([
      {
        name: "shop-database-prod",
        service: "shop",
        backup: "database",
        keepDays: 35,
        lockDays: 30,
        pointInTimeDays: 35,
        database: AWS,
      },
    ]);
    expect(days(GCP)).toEqual([[35, 30, 7]]);
    expect(days({ ...GCP, pointInTimeDays: 35 })).toEqual([[35, 30, 35]]);
    expect(days(AWS, "dev")).toEqual([[35, 0, 35]]);
    const week = shopOf({ ...DATABASE, keepDays: { default: 5 }, lockDays: { default: 0 } });
    expect(databases([week], stackWith({ database: GCP })).map((one) => one.pointInTimeDays)).toEqual([5]);
    expect(databases([shop], stackWith({ database: { cloud: "other", keptBy: "the data team" } }))).toEqual(
      [],
    );
    expect(databases([shop], environmentOf("prod"))).toEqual([]);
    expect([said(AWS), said(GCP), said({ cloud: "other", keptBy: "the data team" })]).toEqual([[], [], []]);
  });

  it("are named where backups are locked, and are missed elsewhere", () => {
    expect(lines(checkDatabases([shop], environmentOf("prod")))).toEqual([UNNAMED("prod")]);
    expect(databaseNotices([shop], environmentOf("prod"))).toEqual([]);
    expect(lines(databaseNotices([shop], environmentOf("dev")))).toEqual([UNNAMED("dev")]);
    expect(checkDatabases([shop], environmentOf("dev"))).toEqual([]);
    expect(databaseNotices([shop], stackWith({ database: AWS }, "dev"))).toEqual([]);
    const without = shopOf(LOGGED, TENANTS);
    expect(checkDatabases([without], environmentOf("prod"))).toEqual([]);
  });

  it("are refused where nothing of the service is kept by a provider under that name", () => {
    const none = (name: string): string =>
      `configuration.managedDatabases.shop.${name}: [${name}] is not a store of [shop] with \`pointInTime: "provider"\`. `;
    const named = { database: AWS, databse: AWS, logged: AWS, tenants: AWS };
    expect(lines(checkDatabases([shop], stackWith(named)))).toEqual([
      `${none("databse")}Did you mean [database]? Use one of [database].`,
      `${none("logged")}Use one of [database].`,
      `${none("tenants")}Use one of [database].`,
    ]);
    const known = { ...environmentOf("prod"), managedDatabases: { shpo: { database: AWS } } };
    expect(lines(checkBindings([shop], [shop], known)).filter((line) => line.includes("shpo"))).toEqual([
      "configuration.managedDatabases.shpo: [shpo] is not a service of a team in [prod]. Did you mean [shop]? Use one of [shop].",
    ]);
  });

  it.each([
    ["aws", AWS],
    ["gcp", GCP],
  ] as const)("promise no less than %s keeps of a log", (cloud, database) => {
    const promising = (rpo: "4m" | "5m"): Service =>
      shopOf({ ...DATABASE, store: { ...DATABASE.store, rpo } });
    expect(said(database, "prod", promising("4m"))).toEqual([
      `${PATH}: an RPO of [4m] is promised, and [${cloud}] stores the log of a database every [5m]. Promise 5m or more.`,
    ]);
    expect(said(database, "prod", promising("5m"))).toEqual([]);
    // What is no duration is said of the service, whatever the stack says.
    const own = promising("5m");
    const backups = own.backups.map((backup) => {
      const { store } = backup;
      return store === undefined ? backup : { ...backup, store: { ...store, rpo: "soon" as "5m" } };
    });
    expect(said(database, "prod", { ...own, backups })).toEqual([]);
  });

  it("have a log that ends with their snapshots, a key of their region, and a name that a cloud takes", () => {
    const short = shopOf({ ...DATABASE, keepDays: { default: 20 }, lockDays: { default: 0 } });
    expect(said({ ...AWS, pointInTimeDays: 21 }, "prod", short)).toEqual([
      `${PATH}: ${SET}.pointInTimeDays is [21], and a snapshot is gone after [20] days. Set it to no more than that, or keep backups longer.`,
    ]);
    expect(said({ ...AWS, pointInTimeDays: 20 }, "prod", short)).toEqual([]);
    const elsewhere = (where: string): string =>
      `${PATH}: ${SET}.kmsKey is a key in [${where}], and the database lies in [${where === "eu" ? "europe-west3" : "eu-central-1"}]. Name a key of the same region.`;
    expect(said({ ...AWS, kmsKey: "arn:aws:kms:eu-west-1:310000000003:alias/b" })).toEqual([
      elsewhere("eu-west-1"),
    ]);
    expect(said({ ...GCP, kmsKey: "projects/a/locations/eu/keyRings/b/cryptoKeys/c" })).toEqual([
      elsewhere("eu"),
    ]);
    expect(said({ ...AWS, kmsKey: "arn:aws:kms:eu-central-1:310000000003:alias/b" })).toEqual([]);
    const stack = "production-of-a-very-long-name-1";
    const long = { ...stackWith({ database: AWS }), stack };
    expect(lines(checkDatabases([shop], long))).toEqual([]);
    expect(lines(checkDatabases([shop], { ...long, stack: `${stack}-eu` }))).toEqual([]);
    expect(lines(checkDatabases([shop], { ...long, stack: "prod_1" }))).toEqual([
      `${PATH}: the vault's name [shop-database-prod_1] is none: it begins with a letter, and has up to 50 small letters, digits and hyphens. Give the backup or the stack another name.`,
    ]);
  });

  it("have no lock for good where their cloud has none, or where nothing is locked", () => {
    const compliance = `${PATH}: ${SET}.lock is [compliance], and`;
    expect(said({ ...AWS, lock: "compliance" })).toEqual([]);
    expect(said({ ...AWS, lock: "compliance" }, "dev")).toEqual([
      `${compliance} nothing locks it in [dev]. Give it lockDays and the environment the trait \`locksBackups\`, or take lock out.`,
    ]);
    expect(said({ ...GCP, lock: "compliance" })).toEqual([
      `${compliance} [gcp] locks a vault for good from a date on, which no plan knows. Leave lock out, and set the effective time of the vault by hand.`,
    ]);
  });

  it("belong to one stack each, and to those that have the package of their cloud", () => {
    const place = (stack: string, database: DatabaseSettings) => ({
      environment: { ...stackWith({ database }), stack },
      secrets: {},
    });
    const both = (other: DatabaseSettings): readonly string[] =>
      checkNeighbours([shop], place("prod", AWS), [place("prod-us", other)])
        .filter(({ path }) => path.includes("managedDatabases"))
        .map(({ message }) => message);
    expect(both(AWS)).toEqual([
      `[Pulumi.prod.yaml] and [Pulumi.prod-us.yaml] both make backups of the database [${AWS.instance}]`,
    ]);
    expect(both({ ...AWS, instance: `${AWS.instance}-us` })).toEqual([]);
    expect(both({ cloud: "other", keptBy: "the stack of prod" })).toEqual([]);
    const { backups: _none, ...platform } = planOf("dev").platform;
    const plan = { platform, databases: databases([shop], stackWith({ database: GCP })) };
    expect(lines(checkPackages("Pulumi.prod.yaml", plan, () => false))).toEqual([
      "Pulumi.prod.yaml: tocsin:managedDatabases.shop.database.cloud: [gcp] needs the package [@pulumi/gcp], which is not installed. npm install @pulumi/gcp@9",
    ]);
    expect(checkPackages("Pulumi.prod.yaml", plan, () => true)).toEqual([]);
  });
});
