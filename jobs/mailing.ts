import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod/mini";
import type { DigestSettings } from "../plan/digest";
import { REPORT_PERIODS, type ReportPeriod } from "../plan/report-period";
import { pageOf } from "../reports/page";
import { spanOf } from "../reports/period";
import { reportOf } from "../reports/report";
import { sourceAt } from "../reports/server";
import { linesOf } from "../reports/text";
import { summaryOf } from "../reports/words";
import { cronJobMetrics } from "./cron-jobs";
import { reasonOf, UsageError } from "./errors";
import { sendMail } from "./mail";
import { listenAt, textServer } from "./serve";

const HELP = `node mailing.js <command> --settings FILE

  day, week, month               sends the report of it by mail
  serve [--listen HOST:PORT]     says for Prometheus when each was last sent (127.0.0.1:9188)

Ends with 0 when all is well, with 1 when it is not, with 2 when it was called wrongly.
`;

/** What this program is told is written by the program of the stack, of the same version; its own part is looked at. */
const schema = z.looseObject({
  report: z.looseObject({ stack: z.string(), slos: z.array(z.unknown()) }),
  prometheus: z.url(),
  alertmanager: z.url(),
  zone: z.string(),
  mail: z.looseObject({ to: z.string(), from: z.string(), smarthost: z.string(), password: z.string() }),
  cronJobs: z.looseObject({ namespace: z.string() }),
});

function readSettings(file: string | undefined): DigestSettings {
  if (file === undefined) throw new UsageError("--settings is missing; --help says how");
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`[${file}] cannot be read as JSON: ${String(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    throw new UsageError(`[${file}] are no settings of reports: ${z.prettifyError(parsed.error)}`);
  return value as DigestSettings;
}

async function send(period: ReportPeriod, { report: settings, ...told }: DigestSettings): Promise<void> {
  const span = spanOf(period, new Date(), told.zone);
  const source = sourceAt(told.prometheus, told.alertmanager);
  const report = await reportOf(settings, source, { ...span, period, zone: told.zone });
  const subject = summaryOf(report);
  await sendMail(told.mail, { subject, text: linesOf(report).join("\n"), html: pageOf(report) });
  process.stdout.write(`sent to ${told.mail.to}: ${subject}\n`);
}

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parsed(args);
    const [name = "", ...more] = positionals;
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const period = REPORT_PERIODS.find((one) => one === name);
    if ((period === undefined && name !== "serve") || more.length > 0) {
      throw new UsageError(
        `[${positionals.join(" ")}] is no command: one of ${REPORT_PERIODS.join(", ")}, serve; --help says more`,
      );
    }
    const settings = readSettings(values.settings);
    await (period === undefined
      ? listenAt(
          textServer(() => cronJobMetrics(settings.cronJobs, process.env)),
          values.listen ?? "127.0.0.1:9188",
        )
      : send(period, settings));
    return 0;
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { settings: { type: "string" }, listen: { type: "string" }, help: { type: "boolean" } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(`${reasonOf(error)}; --help says how`);
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
