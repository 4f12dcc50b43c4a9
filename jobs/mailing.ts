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
import { UsageError } from "./errors";
import { sendMail } from "./mail";
import { runProgram } from "./program";
import { listenAt, textServer } from "./serve";
import { settingsIn } from "./settings";

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
  return settingsIn(file, schema, "reports") as unknown as DigestSettings;
}

async function send(period: ReportPeriod, { report: settings, ...told }: DigestSettings): Promise<void> {
  const span = spanOf(period, new Date(), told.zone);
  const source = sourceAt(told.prometheus, told.alertmanager);
  const report = await reportOf(settings, source, { ...span, period, zone: told.zone });
  const subject = summaryOf(report);
  await sendMail(told.mail, { subject, text: linesOf(report).join("\n"), html: pageOf(report) });
  process.stdout.write(`sent to ${told.mail.to}: ${subject}\n`);
}

const OPTIONS = {
  settings: { type: "string" },
  listen: { type: "string" },
  help: { type: "boolean" },
} as const;

runProgram(HELP, OPTIONS, async ({ values, positionals }) => {
  const [name = "", ...more] = positionals;
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
});
