import { longestGap } from "../../policies/schedule";
import { backupStoreHasItsJobs } from "../../policies/rules/backup-store-has-its-jobs";
import { describePolicy } from "../support/policy-cases";
import { UNKNOWN, type Subject } from "../support/policy-requests";

const HOUR = 3_600;
const DAY = 24 * HOUR;

const metadata = { namespace: "shop-prod" };
const settings = (change: object = {}): Subject => ({
  type: "kubernetes:core/v1:ConfigMap",
  name: "backups",
  props: {
    metadata,
    data: {
      "backup.js": "",
      "orders.json": JSON.stringify({
        store: "orders",
        bucket: { name: "acme-orders" },
        intervalSeconds: HOUR,
        rpoSeconds: 2 * HOUR,
        ...change,
      }),
    },
  },
});
const job = (command: string, spec: object, props: object = {}): Subject => ({
  type: "kubernetes:batch/v1:CronJob",
  name: command,
  props: {
    metadata,
    spec: {
      jobTemplate: {
        spec: {
          template: { spec: { containers: [{ args: [command, "--settings", "/jobs/orders.json"] }] } },
        },
      },
      ...spec,
    },
    ...props,
  },
});
const backup = (schedule: unknown = "7 * * * *"): Subject => job("backup", { schedule });
const verify = (schedule = "20 4 * * *"): Subject => job("verify", { schedule });
const test = (schedule = "40 5 * * 1"): Subject => job("judge", { schedule });
const bucket = (tags: object = { "filled-by": "jobs" }): Subject => ({
  type: "aws:s3/bucket:Bucket",
  name: "orders",
  props: { bucket: "acme-orders", tags },
});

describePolicy(backupStoreHasItsJobs, {
  fails: [
    {
      title: "a store of which there is nothing but its settings",
      subjects: [settings()],
      says: [
        "Resource [backups]: store [orders]: no CronJob backs it up. Add one that runs backup.",
        "Resource [backups]: store [orders]: no CronJob reads its backups again. Add one that runs verify.",
        "Resource [backups]: store [orders]: no CronJob tries a restore. Add one that runs test or judge.",
      ],
    },
    {
      title: "schedules that cannot keep what was promised",
      subjects: [settings(), backup("7 */2 * * *"), verify("20 4 * * 1-5"), test("40 5 1,15 * *")],
      says: [
        "Resource [backup]: its schedule [7 */2 * * *] leaves up to [7200] seconds between two runs, and [3600] are allowed. Run it more often.",
        "Resource [verify]: its schedule [20 4 * * 1-5] leaves up to [259200] seconds between two runs, and [86400] are allowed. Run it more often.",
        "Resource [judge]: its schedule [40 5 1,15 * *] leaves up to [1468800] seconds between two runs, and [604800] are allowed. Run it more often.",
      ],
    },
    {
      title: "an interval beyond the RPO",
      subjects: [settings({ intervalSeconds: DAY }), backup("7 */6 * * *"), verify(), test()],
      says: [
        "Resource [backup]: its schedule [7 */6 * * *] leaves up to [21600] seconds between two runs, and [7200] are allowed. Run it more often.",
      ],
    },
    {
      title: "a log that is stored too seldom",
      subjects: [
        settings({ intervalSeconds: 6 * HOUR, rpoSeconds: 900, pointInTime: "archive" }),
        backup("57 */6 * * *"),
        verify(),
        test(),
        job("ship", { schedule: "*/30 * * * *" }),
      ],
      says: [
        "Resource [ship]: its schedule [*/30 * * * *] leaves up to [1800] seconds between two runs, and [900] are allowed. Run it more often.",
      ],
    },
    {
      title: "a log that nobody stores",
      subjects: [
        settings({ intervalSeconds: 6 * HOUR, rpoSeconds: 900, pointInTime: "archive" }),
        backup("57 */6 * * *"),
        verify(),
        test(),
      ],
      says: ["Resource [backups]: store [orders]: no CronJob stores its log. Add one that runs ship."],
    },
    {
      title: "jobs that are suspended, of another namespace, or of another store",
      subjects: [
        settings(),
        job("backup", { schedule: "7 * * * *", suspend: true }),
        { ...verify(), props: { ...verify().props, metadata: { namespace: "shop-dev" } } },
        job("test", { schedule: "@weekly" }),
      ],
      says: [
        "Resource [backup]: it is suspended. Take suspend out.",
        "Resource [backups]: store [orders]: no CronJob reads its backups again. Add one that runs verify.",
        "Resource [test]: its schedule [@weekly] is no crontab of five numbers, and [604800] are allowed. Run it more often.",
      ],
    },
    {
      title: "a bucket that nobody fills",
      subjects: [bucket()],
      says: [
        "Resource [orders]: it is filled by jobs, and no job is told of it. Deploy those of its store, or drop the tag filled-by.",
      ],
    },
  ],
  passes: [
    { title: "a store with its jobs", subjects: [bucket(), settings(), backup(), verify(), test()] },
    {
      title: "dumps beside the log of a provider",
      subjects: [
        settings({ intervalSeconds: 6 * HOUR, rpoSeconds: 900, pointInTime: "provider" }),
        backup("57 */6 * * *"),
        verify(),
        test(),
      ],
    },
    {
      title: "bases and a log that the jobs keep",
      subjects: [
        settings({ intervalSeconds: 6 * HOUR, rpoSeconds: 900, pointInTime: "archive" }),
        backup("57 */6 * * *"),
        verify(),
        test(),
        job("ship", { schedule: "*/5 * * * *" }),
      ],
    },
    { title: "one that a machine outside keeps", subjects: [bucket(), settings({ runs: "machine" })] },
    { title: "a bucket that somebody else fills", subjects: [bucket({ purpose: "backup" })] },
    {
      title: "what is allowed to take longer",
      subjects: [settings(), backup(), verify("20 4 */2 * *"), test("40 5 1 * *")],
      values: { verifyDays: 2, testDays: 31 },
    },
  ],
  wrongType: { subjects: [{ ...settings(), type: "kubernetes:core/v1:Secret" }] },
  unknown: [
    {
      title: "a schedule of later",
      subjects: [settings(), backup(UNKNOWN), verify(), test()],
      says: [
        "Resource [backup]: its schedule is not known before the deployment. Write it as a literal text.",
      ],
    },
    {
      title: "a bucket whose jobs may be told of it later",
      subjects: [bucket(), { ...settings(), props: { metadata, data: UNKNOWN } }],
      says: [
        "Resource [orders]: it is filled by jobs, and no job is told of it in what is known before the deployment. " +
          "Deploy those of its store, or drop the tag filled-by.",
      ],
    },
  ],
});

describe("the longest time between two runs", () => {
  it.each([
    ["*/15 * * * *", HOUR / 4],
    ["*/25 * * * *", 25 * 60],
    ["0 9-17 * * *", 16 * HOUR],
    ["0 0 * * 0", 7 * DAY],
    ["0 0 * * 7", 7 * DAY],
    ["0 0 1 * *", 31 * DAY],
    ["0 0 29 2 *", 1_461 * DAY],
    ["0 0 13 * 5", 7 * DAY],
    ["30 5/6 * * *", 6 * HOUR],
  ])("of [%s] is [%i] seconds", (schedule, seconds) => {
    expect(longestGap(schedule)).toBe(seconds);
  });

  it.each([
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "5-1 * * * *",
    "*/0 * * * *",
    "0 0 31 2 *",
    "@daily",
    "0 0 * * MON",
  ])("of [%s] is not known", (schedule) => {
    expect(longestGap(schedule)).toBeUndefined();
  });
});
