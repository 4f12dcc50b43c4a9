import { isOutage, type Alert, type MeasuredAlert, type OutageAlert } from "../../slo/alert";
import { share } from "../operations/markdown";
import { sloQueries } from "../dashboards/queries";
import { probeAddress, type Job } from "../../slo/telemetry";
import { lastWords, targetCommands } from "./commands";
import { badNow, shown, valueOf } from "./findings";
import { commands, topic, type Part, type Topic } from "./page";
import { partsBy, upOf, type Shown, type Worst } from "./queries";
import { deployedOf, hereOf, pageLink, type RunbookSubject } from "./subject";

/** What a declared alert adds to its page. */
export function alertTopic(subject: RunbookSubject, alert: Alert): Topic {
  if (isOutage(alert)) {
    return outageTopic(subject, alert);
  }
  return alert.measure.kind === "targets-up"
    ? targetsTopic(subject, alert.measure.job)
    : measuredTopic(subject, alert);
}

/** Nobody is served, or next to nobody. */
function outageTopic(subject: RunbookSubject, alert: OutageAlert): Topic {
  const { outageOf: job } = alert;
  return topic({
    impact: [`Whatever \`${job.name}\` does for users fails. ${counted(subject, alert)}`.trim()],
    steps: [
      outagePart(subject, alert),
      ...asked(subject, job),
      seenByPrometheus(subject, job),
      ...died(subject, job),
    ],
    remedies: ["roll back", "restart", "bring back"],
    worked: [`${job.instances} targets of \`${job.name}\` are up`],
    afterwards: ["Every temporary change is taken back: replicas, a stopped pipeline"],
  });
}

/** The objective whose budget it uses, and how to go on where only requests fail. */
function counted(
  { service, contexts }: RunbookSubject,
  { slo, requests }: Alert & { requests?: OutageAlert["requests"] },
): string {
  const context = contexts.find((one) => one.slo.id === (requests?.slo ?? slo));
  return context === undefined
    ? ""
    : `It uses the error budget of \`${service.id}-${context.slo.id}\`, whose objective is ${share(context.objective)}.`;
}

function outagePart(subject: RunbookSubject, { outageOf: job, requests }: OutageAlert): Part {
  const here = hereOf(subject);
  const context = subject.contexts.find(({ slo }) => slo.id === requests?.slo);
  const up = upOf(job.name, here);
  return {
    title: `See what of \`${job.name}\` still answers`,
    text: [
      ...shown(subject, [
        { says: "targets up", promql: `sum(${up})` },
        { says: "targets known", promql: `count(${up})` },
        ...(context === undefined
          ? []
          : [
              {
                says: "percent of requests that succeed",
                promql: `100 * (1 - ${sloQueries(context, here).recentErrors})`,
              },
            ]),
      ]),
      [
        `- Healthy: ${job.instances} up, ${job.instances} known${context === undefined ? "" : `, more than ${share(context.objective)}`}.`,
        "- Known, and 0 up: the processes are gone or hang.",
        "- Nothing known: the pods are gone, or their label or port changed.",
        ...(context === undefined
          ? []
          : [`- Targets up, and few requests succeed: ${pageLink(subject, context.slo.runbooks.burn)}.`]),
      ].join("\n"),
    ],
  };
}

/** What a probe asks can be asked by hand. */
function asked({ plan }: RunbookSubject, { probe, name }: Job): readonly Part[] {
  return probe === undefined
    ? []
    : [
        {
          title: `Ask as \`${name}\` does`,
          text: [
            "From a machine that reaches the address:",
            commands(
              `curl -sS -o /dev/null -w '%{http_code} %{time_total}s\\n' --max-time 10 '${probeAddress(probe, plan.environment.name)}'`,
            ),
            "Healthy: a status of 200 to 299. Another one, or none: the service in front, its certificate, or what it depends on.",
          ],
        },
      ];
}

function seenByPrometheus(subject: RunbookSubject, job: Job): Part {
  return {
    title: `See \`${job.name}\` as Prometheus does`,
    text: [
      commands(...targetCommands(subject, [job])),
      [
        `- \`connection refused\`: nothing listens on the port \`${job.port}\`; the process is down, or a release lost that port.`,
        "- `context deadline exceeded`: the process hangs, or a network policy drops the packets.",
        "- No line while pods run: their label `app.kubernetes.io/name` or the name of the port changed. Users are probably served.",
      ].join("\n"),
    ],
  };
}

function died(subject: RunbookSubject, job: Job): readonly Part[] {
  const deployed = deployedOf([job]);
  return deployed.map(({ name }) => ({
    title: `Read why the pods of \`${name}\` died`,
    text: [
      commands(...lastWords({ ...subject, deployed })),
      [
        "- `CrashLoopBackOff` or `ImagePullBackOff`, and a replica set as old as the outage: roll back.",
        "- `OOMKilled`: roll back; without a release, more memory by review.",
        "- `Pending`: no node has room. Platform on-call.",
        "- The Deployment wants 0 replicas: bring them back.",
        "- Running, and the log stands still: restart.",
      ].join("\n"),
    ],
  }));
}

/** Fewer instances than there should be; the rest serves. */
function targetsTopic(subject: RunbookSubject, job: Job): Topic {
  return topic({
    impact: [
      `Usually none for users: the other instances of \`${job.name}\` carry the load, with less in reserve. What the silent one does is missing from the objectives.`,
    ],
    steps: [...asked(subject, job), seenByPrometheus(subject, job)],
    remedies: ["roll back", "restart", "add instances"],
    worked: [`every target of \`${job.name}\` is up`],
    afterwards: ["It is known why the instance did not come back by itself"],
  });
}

function worstOf({ when }: MeasuredAlert): Worst {
  return "below" in when || ("equals" in when && when.equals === "0") ? "lowest" : "highest";
}

/** Something that is measured is on the wrong side of its limit. */
function measuredTopic(subject: RunbookSubject, alert: MeasuredAlert): Topic {
  const { measure, name } = alert;
  const all: readonly Shown[] = [
    { says: "what the alert compares", promql: valueOf(subject, measure) },
    ...partsBy(measure, worstOf(alert), hereOf(subject)),
  ];
  return topic({
    impact: [
      alert.slo === undefined
        ? `No objective counts what ${name} is about: no error budget is used by it alone.`
        : counted(subject, alert),
    ],
    steps: [
      {
        title: `Read the value of ${name}, and see where it comes from`,
        text: [
          ...shown(subject, all),
          "One instance alone: restart it. A step at one moment: look for a release. A slow rise: growth, or a leak.",
        ],
      },
      ...usersNotice(subject),
    ],
    remedies: ["roll back", "restart", "add instances"],
    worked: [`the value of ${name} is on the right side of its limit`],
    afterwards: ["Limit and wait were reviewed: too strict, too lax, or right"],
  });
}

function usersNotice(subject: RunbookSubject): readonly Part[] {
  const { contexts } = subject;
  return contexts.length === 0
    ? []
    : [
        {
          title: "See whether users notice",
          text: [
            ...shown(subject, badNow(subject)),
            "An alert of an objective beside it comes first: handle that by its own page.",
          ],
        },
      ];
}
