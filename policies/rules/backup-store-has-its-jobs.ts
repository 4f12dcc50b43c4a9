import type { EnforcementLevel, PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { fieldAt, fieldsAt, keysOf, parsedJson, textOf } from "../field";
import { containersOf } from "../pods";
import { stackPolicy, type PolicySpec, type PolicyValues } from "../policy";
import type { Reporter } from "../reporter";
import { longestGap } from "../schedule";
import { shownText } from "../shown";

/** What the policy can be told. */
export interface JobsConfig {
  /** Within how many days every backup is read again. @default 1 */
  readonly verifyDays: number;
  /** Within how many days a restore is tried. @default 7 */
  readonly testDays: number;
}

const SPEC: PolicySpec<JobsConfig> = {
  name: "backup-store-has-its-jobs",
  description: "A store that is declared is backed up, read again and restored, each in its time.",
  displayName: "Stores have their jobs",
  severity: "high",
  tags: ["storage"],
  remediationSteps:
    "Give the store a CronJob for each of backup, verify and test, and schedules that keep its RPO.",
  defaults: { verifyDays: 1, testDays: 7 },
  meanings: {
    verifyDays: "Within how many days every backup is read again.",
    testDays: "Within how many days a restore is tried.",
  },
};

const DAY_SECONDS = 86_400;
const CRON_JOB = /^kubernetes:batch\/v1:CronJob(?:Patch)?$/;
const CONFIG_MAP = /^kubernetes:core\/v1:ConfigMap(?:Patch)?$/;
const LATER = "is not known before the deployment. Write it as a literal text.";

/** What the jobs are told of a store. Source: jobs/settings.ts */
interface Settings {
  readonly resource: PolicyResource;
  /** Name of the file, by which jobs name it. */
  readonly file: string;
  readonly store: string;
  readonly bucket: string;
  /** Seconds within which a backup is made; `undefined` where a machine outside keeps the time. */
  readonly within: number | undefined;
  /** Seconds within which the log is stored; `undefined` where the jobs keep none. */
  readonly logWithin: number | undefined;
}

/** A backup that nobody makes has no failure that anybody hears of. Docs: docs/policies/backup-store-has-its-jobs.md */
export function backupStoreHasItsJobs(
  enforcementLevel: EnforcementLevel = "mandatory",
  values: PolicyValues<JobsConfig> = {},
): StackValidationPolicy {
  return stackPolicy(SPEC, enforcementLevel, values, (resources, config, reporter) => {
    const stores = resources.flatMap(settingsIn);
    for (const bucket of resources.filter((resource) => isFilled(resource, stores))) {
      const later = resources.some(
        ({ type, props }) => CONFIG_MAP.test(type) && fieldAt(props, "data").state === "unknown",
      );
      const say = later ? reporter.unchecked : reporter.wrong;
      say(
        `Resource [${bucket.name}]: it is filled by jobs, and no job is told of it${later ? " in what is known before the deployment" : ""}. ` +
          "Deploy those of its store, or drop the tag filled-by.",
        bucket.urn,
      );
    }
    const jobs = resources.filter(({ type }) => CRON_JOB.test(type));
    for (const store of stores) {
      if (store.within !== undefined) {
        judgeStore(store, store.within, jobs, config, reporter);
      }
    }
  });
}

/** The stores that a ConfigMap tells jobs of: files of JSON that name a store and its bucket. */
function settingsIn(resource: PolicyResource): readonly Settings[] {
  if (!CONFIG_MAP.test(resource.type)) {
    return [];
  }
  const data = fieldAt(resource.props, "data");
  return keysOf(data.state === "known" ? data.value : undefined).flatMap((file) => {
    const said = parsedJson(textOf(fieldAt(resource.props, "data", file)) ?? "");
    const text = (...path: readonly string[]): string | undefined => textOf(fieldAt(said, ...path));
    const [store, bucket] = [text("store"), text("bucket", "name")];
    if (!file.endsWith(".json") || store === undefined || bucket === undefined) {
      return [];
    }
    const every = Number(text("intervalSeconds"));
    const [pointInTime, rpo] = [text("pointInTime"), Number(text("rpoSeconds"))];
    const kept = pointInTime === undefined ? Math.min(every, rpo) : every;
    return {
      ...{ resource, file, store, bucket },
      within: text("runs") === "machine" ? undefined : kept,
      logWithin: pointInTime === "archive" ? rpo : undefined,
    };
  });
}

/** A bucket that says that jobs fill it, and that no job is told of. R2 has no tags, and says nothing. */
function isFilled({ props }: PolicyResource, stores: readonly Settings[]): boolean {
  const said = ["tags", "labels"].map((where) => textOf(fieldAt(props, where, "filled-by")));
  const bucket = textOf(fieldAt(props, "bucket")) ?? textOf(fieldAt(props, "name"));
  return said.includes("jobs") && stores.every((store) => store.bucket !== bucket);
}

function judgeStore(
  store: Settings,
  within: number,
  jobs: readonly PolicyResource[],
  { verifyDays, testDays }: JobsConfig,
  reporter: Reporter,
): void {
  const works = [
    { commands: ["backup"], does: "backs it up", within },
    { commands: ["verify"], does: "reads its backups again", within: verifyDays * DAY_SECONDS },
    { commands: ["test", "judge"], does: "tries a restore", within: testDays * DAY_SECONDS },
    ...(store.logWithin === undefined
      ? []
      : [{ commands: ["ship"], does: "stores its log", within: store.logWithin }]),
  ];
  for (const { commands, does, within: limit } of works) {
    const its = jobs.filter((job) => isRun(job, store, commands));
    const subject = `Resource [${store.resource.name}]: store [${store.store}]:`;
    if (its.length === 0) {
      reporter.wrong(
        `${subject} no CronJob ${does}. Add one that runs ${commands.join(" or ")}.`,
        store.resource.urn,
      );
    }
    its.forEach((job) => {
      judgeSchedule(job, limit, reporter);
    });
  }
}

/** Whether a job runs one of the commands for a store of its own namespace. */
function isRun(job: PolicyResource, { resource, file }: Settings, commands: readonly string[]): boolean {
  const namespace = ({ props }: PolicyResource): string | undefined =>
    textOf(fieldAt(props, "metadata", "namespace"));
  return (
    namespace(job) === namespace(resource) &&
    containersOf(job.type, job.props).some(({ spec }) => {
      const args = fieldsAt(spec, "args").map((arg) => textOf(arg) ?? "");
      return commands.includes(args[0] ?? "") && args.some((arg) => arg.split("/").at(-1) === file);
    })
  );
}

function judgeSchedule(job: PolicyResource, limit: number, reporter: Reporter): void {
  const subject = `Resource [${job.name}]:`;
  const schedule = fieldAt(job.props, "spec", "schedule");
  const text = textOf(schedule) ?? "";
  if (textOf(fieldAt(job.props, "spec", "suspend")) === "true") {
    reporter.wrong(`${subject} it is suspended. Take suspend out.`, job.urn);
  } else if (schedule.state === "unknown") {
    reporter.unchecked(`${subject} its schedule ${LATER}`, job.urn);
  } else {
    const gap = longestGap(text);
    if (gap === undefined || gap > limit) {
      const seen =
        gap === undefined
          ? "is no crontab of five numbers"
          : `leaves up to [${gap}] seconds between two runs`;
      reporter.wrong(
        `${subject} its schedule ${shownText(text)} ${seen}, and [${limit}] are allowed. Run it more often.`,
        job.urn,
      );
    }
  }
}
