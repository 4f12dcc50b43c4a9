import { HTTP_RUNBOOKS } from "../../../slo/http-service";
import { sloId } from "../../../slo/service";
import {
  CAUSE,
  CHAT_ESCALATION,
  connect,
  errorLog,
  events,
  LESSONS,
  moreInstances,
  PAGE_ESCALATION,
  pods,
  POSTMORTEM,
  releases,
  REPORT,
  restart,
  rollBack,
  targets,
  type Subject,
} from "./common";
import { target, totalFailure } from "./objectives";
import { commands, query, type Page, type Part } from "./page";
import type { HttpSubject } from "./service-pages";

/** Nobody is served, or next to nobody. */
export function serviceDownPage(subject: HttpSubject): Page {
  const { service, job, availability } = subject;
  return {
    slug: HTTP_RUNBOOKS.down,
    title: "Service down",
    alerts: ["ServiceDown"],
    severities: ["critical"],
    severity: [
      "**Critical.** It pages the on-call engineer. Treat it as SEV-1 until step 2 shows that users are still served; then it is SEV-2.",
    ],
    summary: [
      "It fires when one of these has held for 2 minutes:",
      [
        `- no target of \`${job.name}\` is up,`,
        "- Prometheus knows no target of it at all,",
        "- fewer than 90 % of the requests succeeded over 5 minutes, beyond chance.",
      ].join("\n"),
      `One instance that restarts does not page: that is the warning [TargetsDown](${HTTP_RUNBOOKS.targets}.md). While ServiceDown fires, warnings of \`${service.id}\` with the same cause are held back. It resolves as soon as targets are up and requests succeed.`,
    ],
    impact: [
      `Requests fail. A total outage spends the budget of 28 days, ${target(availability)}, in ${totalFailure(availability)}.`,
    ],
    steps: downSteps(subject),
    options: downOptions(subject),
    worked: `It worked when step 2 shows ${job.instances} targets up and more than ${target(availability)}. The alert resolves within a minute of that.`,
    escalation: [...PAGE_ESCALATION(service.team), "Nodes and network: platform on-call, as step 3 says."],
    afterwards: [
      "Every temporary change is taken back: replicas, a stopped pipeline",
      REPORT,
      POSTMORTEM,
      CAUSE,
      LESSONS,
    ],
  };
}

function downSteps(subject: HttpSubject): readonly Part[] {
  const { service, job, availability } = subject;
  const id = sloId(service, availability);
  return [
    connect(subject, "see what fires"),
    {
      title: "Find out which condition holds",
      text: [
        "Targets up, targets known, and the share of requests that succeed, in percent:",
        commands(
          query(`sum by (environment) (up{job="${job.name}"})`),
          query(`count by (environment) (up{job="${job.name}"})`),
          query(
            `100 * (1 - slo:sli_error:rate5m{slo_id="${id}"} / (slo:sli_total:rate5m{slo_id="${id}"} > 0))`,
          ),
        ),
        `Healthy: ${job.instances} up, ${job.instances} known, more than ${target(availability)}.`,
        [
          "- Known, but 0 up: step 3.",
          "- Nothing known: steps 3 and 4.",
          `- Targets up, few requests succeed: [High error rate](${HTTP_RUNBOOKS.errors}.md) from its step 2.`,
        ].join("\n"),
      ],
    },
    whyPodsFail(subject),
    {
      title: "See it as Prometheus does",
      text: [
        commands(...targets(subject)),
        [
          "- `connection refused`: nothing listens on the port `metrics`; the process is down, or a release lost that port.",
          "- `context deadline exceeded`: the process hangs, or a network policy drops the packets.",
          `- No line while pods run: their label \`app.kubernetes.io/name\` or the name of the port changed. Users are probably served: go on with [SLI data missing](${HTTP_RUNBOOKS.dataMissing}.md).`,
        ].join("\n"),
      ],
    },
  ];
}

function downOptions(subject: Subject): readonly Part[] {
  return [
    rollBack(subject, "Roll back, if a release preceded the outage"),
    restart(subject, "Restart the processes, if they hang"),
    replicas(subject),
  ];
}

function whyPodsFail(subject: Subject): Part {
  const { job, namespace } = subject;
  return {
    title: "Look at the pods, and read why they died",
    text: [
      commands(
        `kubectl -n ${namespace} get deployment ${job.name}`,
        pods(subject),
        events(subject),
        `kubectl -n ${namespace} logs -l app.kubernetes.io/name=${job.name} --tail=30 --prefix`,
        `kubectl -n ${namespace} logs -l app.kubernetes.io/name=${job.name} --tail=30 --prefix --previous`,
        ...releases(subject),
      ),
      [
        "- `CrashLoopBackOff` or `ImagePullBackOff`, and a replica set as old as the outage: Option 1.",
        "- `OOMKilled`: Option 1; without a release, more memory by review.",
        "- `Pending`: no node has room. Platform on-call.",
        "- The Deployment wants 0 replicas: Option 3.",
        "- Running, and the log stands still: Option 2.",
      ].join("\n"),
    ],
  };
}

function replicas({ job, namespace }: Subject): Part {
  return {
    title: "Bring the replicas back, if somebody took them away",
    text: [
      commands(
        `kubectl -n ${namespace} scale deployment/${job.name} --replicas=${job.instances}`,
        `kubectl -n ${namespace} rollout status deployment/${job.name} --timeout=5m`,
      ),
      "Find out who set 0, and why, before the same thing sets it again.",
    ],
  };
}

/** Fewer instances than there should be; the rest serves. */
export function targetsDownPage(subject: HttpSubject): Page {
  const { service, job } = subject;
  return {
    slug: HTTP_RUNBOOKS.targets,
    title: "Some targets down",
    alerts: ["TargetsDown"],
    severities: ["warning"],
    severity: [
      `**Warning.** It goes to chat and pages nobody. SEV-3 while users notice nothing; SEV-2 when errors or latency rise with it. The page for all of them is [ServiceDown](${HTTP_RUNBOOKS.down}.md).`,
    ],
    summary: [
      `For 5 minutes fewer than 90 % of the targets of \`${job.name}\` have answered their scrapes. A release and a restart that go well are over before. It resolves as soon as 90 % answer.`,
    ],
    impact: [
      "Usually none for users: the other instances carry the load, with less in reserve. What the silent instance answers is missing from the objectives.",
    ],
    steps: targetSteps(subject),
    options: [
      rollBack(subject),
      restart(subject, "Restart the instances, if one hangs"),
      moreInstances(subject),
    ],
    worked: "It worked when step 1 shows every target `up`.",
    escalation: CHAT_ESCALATION(service.team),
    afterwards: [
      "Every temporary change is taken back",
      "It is known why the instance did not come back by itself",
      REPORT,
      LESSONS,
    ],
  };
}

function targetSteps(subject: HttpSubject): readonly Part[] {
  return [
    connect(subject, "find the target", commands(...targets(subject))),
    {
      title: "Look at its pod",
      text: [
        commands(pods(subject), events(subject), ...errorLog(subject, "15m"), ...releases(subject)),
        [
          "- It restarts again and again, and only new pods do: Option 1.",
          "- It runs and does not answer: Option 2.",
          "- All of them are busy, and the load is high: Option 3.",
        ].join("\n"),
      ],
    },
  ];
}
