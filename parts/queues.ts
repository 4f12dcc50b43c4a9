import type { Percent } from "../slo/objective";
import type { Level } from "../slo/measure";
import { sloRunbooks, type Slo } from "../slo/service";
import { where, type Job } from "../slo/telemetry";
import type { Part, ServiceHead } from "./define-service";
import { exporterOf, namesOf, type Named } from "./names";
import { exporterGone, gaugeOf, watch, type Watch } from "./watch";

/** A consumer group on one topic of Kafka. */
export interface KafkaConsumer extends Named {
  readonly group: string;
  readonly topic: string;
  /** Messages that may wait, over all partitions; a whole number. */
  readonly lag: string;
  /** Share of the time in which no more wait; no objective where it is left out. */
  readonly objective?: Percent;
  /** What differs from `<id>-kafka-exporter`. */
  readonly job?: Partial<Job>;
}

/** Source: kafka_exporter 1.9 (danielqsj), README, "Metrics". */
export function kafkaConsumer(own: KafkaConsumer): Part {
  return (service) => {
    const job = exporterOf(service, "kafka-exporter", own.job);
    const slo = lagObjective(service, own, lagOf(job, own));
    return {
      slos: own.objective === undefined ? [] : [slo],
      ...watch(own, [
        lagHigh(own, lagOf(job, own), slo),
        groupEmpty(own, job),
        exporterGone("KafkaExporterDown", job, "Kafka"),
      ]),
    };
  };
}

function lagOf(job: Job, { group, topic, lag }: KafkaConsumer): Level {
  const gauge = gaugeOf(
    job,
    "kafka_consumergroup_lag_sum",
    "Messages of a topic that a consumer group has not read yet.",
    Number(lag) / 10,
    { consumergroup: [group], topic: [topic] },
  );
  return { kind: "level", gauge, where: where(gauge, { consumergroup: group, topic }), of: "sum" };
}

function lagObjective({ title }: ServiceHead, own: KafkaConsumer, measure: Level): Slo {
  const { id, runbook } = namesOf(own);
  return {
    id: id("consumer-lag"),
    title: `${title} consumer of ${own.topic}`,
    population: "minutes",
    breach: `with more than ${own.lag} messages of ${own.topic} waiting`,
    sli: { kind: "time", measure, bad: { above: own.lag }, minimum: "5m" },
    objective: { default: own.objective ?? "99%" },
    window: "28d",
    response: "page",
    runbooks: sloRunbooks(runbook("ConsumerLagHigh")),
  };
}

function lagHigh({ group, topic, lag, objective }: KafkaConsumer, measure: Level, slo: Slo): Watch {
  return {
    alert: {
      name: "ConsumerLagHigh",
      severity: "warning",
      category: "saturation",
      ...(objective === undefined ? {} : { slo: slo.id }),
      measure,
      when: { above: lag },
      for: "10m",
      summary: `${group} is behind on ${topic}`,
      description: `{{ $value | humanize }} messages of ${topic} wait for ${group}; ${lag} may.`,
    },
    advice: [
      `\`kafka-consumer-groups.sh --describe --group ${group}\` shows the lag of every partition and who reads it. One partition alone: a message that its consumer cannot take, or a key that gets most of the traffic. All of them: consumers that are too slow, too few, or stopped by what they write to.`,
    ],
  };
}

function groupEmpty({ group, topic }: KafkaConsumer, job: Job): Watch {
  const members = gaugeOf(job, "kafka_consumergroup_members", "Members of a consumer group.", 3, {
    consumergroup: [group],
  });
  return {
    alert: {
      name: "ConsumerGroupEmpty",
      severity: "critical",
      category: "down",
      measure: { kind: "level", gauge: members, where: where(members, { consumergroup: group }), of: "max" },
      when: { equals: "0" },
      for: "5m",
      summary: `Nobody reads ${topic}`,
      description: `The group ${group} has no member: messages wait until somebody reads them, or until they expire.`,
    },
    advice: [
      `\`kafka-consumer-groups.sh --describe --group ${group} --members\` says who is there. Nobody: see the consumer's pods, then its log for a broker that it cannot reach or an authorisation that it lost.`,
    ],
  };
}

/** A queue of RabbitMQ. */
export interface RabbitmqQueue extends Named {
  readonly queue: string;
  /** Messages that may wait; a whole number. */
  readonly messages: string;
  /** What differs from `<id>-rabbitmq`: the broker, whose plugin reports on the port `prometheus`. */
  readonly job?: Partial<Job>;
}

/** Source: rabbitmq_prometheus 4.1, "per-object metrics" (`/metrics/per-object`). */
export function rabbitmqQueue(own: RabbitmqQueue): Part {
  return (service) => {
    const broker = { port: "prometheus", path: "/metrics/per-object", ...own.job };
    const job = exporterOf(service, "rabbitmq", broker);
    return watch(own, [
      queueLong(own, job),
      queueUnread(own, job),
      exporterGone("RabbitmqDown", job, "the queue"),
    ]);
  };
}

function queueLong({ queue, messages }: RabbitmqQueue, job: Job): Watch {
  const gauge = gaugeOf(
    job,
    "rabbitmq_queue_messages",
    "Messages in a queue, ready or not yet acknowledged.",
    Number(messages) / 10,
    { queue: [queue] },
  );
  return {
    alert: {
      name: "QueueLong",
      severity: "warning",
      category: "saturation",
      measure: { kind: "level", gauge, where: where(gauge, { queue }), of: "max" },
      when: { above: messages },
      for: "10m",
      summary: `The queue ${queue} is long`,
      description: `{{ $value | humanize }} messages wait in ${queue}; ${messages} may.`,
    },
    advice: [
      "`rabbitmqctl list_queues name messages_ready messages_unacknowledged consumers` tells the two cases apart: many ready are too few or too slow consumers, many unacknowledged are consumers that hang.",
    ],
  };
}

function queueUnread({ queue }: RabbitmqQueue, job: Job): Watch {
  const gauge = gaugeOf(job, "rabbitmq_queue_consumers", "Consumers of a queue.", 2, { queue: [queue] });
  return {
    alert: {
      name: "QueueWithoutConsumer",
      severity: "critical",
      category: "down",
      measure: { kind: "level", gauge, where: where(gauge, { queue }), of: "max" },
      when: { equals: "0" },
      for: "5m",
      summary: `Nobody reads the queue ${queue}`,
      description: `No consumer is connected to ${queue}.`,
    },
    advice: ["`rabbitmqctl list_consumers` shows who is there; then see the consumers' pods and their log."],
  };
}
