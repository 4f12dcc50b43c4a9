import { sloRunbooks, type Slo } from "../slo/service";
import type { Percent } from "../slo/objective";
import { where, type Gauge, type Job } from "../slo/telemetry";
import type { Part } from "./define-service";
import { exporterOf, namesOf, type Named } from "./names";
import { exporterGone, watch } from "./watch";

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
    const lag = {
      type: "gauge",
      name: "kafka_consumergroup_lag_sum",
      help: "Messages of a topic that a consumer group has not read yet.",
      job,
      labels: { consumergroup: [own.group], topic: [own.topic] },
      normal: Number(own.lag) / 10,
    } as const satisfies Gauge;
    const members = {
      type: "gauge",
      name: "kafka_consumergroup_members",
      help: "Members of a consumer group.",
      job,
      labels: { consumergroup: [own.group] },
      normal: 3,
    } as const satisfies Gauge;
    const waiting = {
      kind: "level",
      gauge: lag,
      where: where(lag, { consumergroup: own.group, topic: own.topic }),
      of: "sum",
    } as const;
    const consumers = `kafka-consumer-groups.sh --describe --group ${own.group}`;
    const slo: Slo = {
      id: namesOf(own).id("consumer-lag"),
      title: `${service.title} consumer of ${own.topic}`,
      population: "minutes",
      breach: `with more than ${own.lag} messages of ${own.topic} waiting`,
      source: service.source,
      sli: { kind: "time", measure: waiting, bad: { above: own.lag }, minimum: "5m" },
      objective: { default: own.objective ?? "99%" },
      window: "28d",
      response: "page",
      runbooks: sloRunbooks(namesOf(own).runbook("ConsumerLagHigh")),
    };
    return {
      slos: own.objective === undefined ? [] : [slo],
      ...watch(service, own, [
        {
          name: "ConsumerLagHigh",
          severity: "warning",
          category: "saturation",
          ...(own.objective === undefined ? {} : { slo: slo.id }),
          measure: waiting,
          when: { above: own.lag },
          for: "10m",
          summary: `${own.group} is behind on ${own.topic}`,
          description: `{{ $value | humanize }} messages of ${own.topic} wait for ${own.group}; ${own.lag} may.`,
          advice: [
            `\`${consumers}\` shows the lag of every partition and who reads it. One partition alone: a message that its consumer cannot take, or a key that gets most of the traffic. All of them: consumers that are too slow, too few, or stopped by what they write to.`,
          ],
        },
        {
          name: "ConsumerGroupEmpty",
          severity: "critical",
          category: "down",
          measure: {
            kind: "level",
            gauge: members,
            where: where(members, { consumergroup: own.group }),
            of: "max",
          },
          when: { equals: "0" },
          for: "5m",
          summary: `Nobody reads ${own.topic}`,
          description: `The group ${own.group} has no member: messages wait until somebody reads them, or until they expire.`,
          advice: [
            `\`${consumers} --members\` says who is there. Nobody: see the consumer's pods, then its log for a broker that it cannot reach or an authorisation that it lost.`,
          ],
        },
        exporterGone("KafkaExporterDown", job, "Kafka"),
      ]),
    };
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
    const job = exporterOf(service, "rabbitmq", {
      port: "prometheus",
      path: "/metrics/per-object",
      ...own.job,
    });
    const gauge = (name: string, help: string, normal: number): Gauge => ({
      type: "gauge",
      name,
      help,
      job,
      labels: { queue: [own.queue] },
      normal,
    });
    const messages = gauge(
      "rabbitmq_queue_messages",
      "Messages in a queue, ready or not yet acknowledged.",
      Number(own.messages) / 10,
    );
    const consumers = gauge("rabbitmq_queue_consumers", "Consumers of a queue.", 2);
    return watch(service, own, [
      {
        name: "QueueLong",
        severity: "warning",
        category: "saturation",
        measure: { kind: "level", gauge: messages, where: where(messages, { queue: own.queue }), of: "max" },
        when: { above: own.messages },
        for: "10m",
        summary: `${own.queue} of ${service.title} is long`,
        description: `{{ $value | humanize }} messages wait in ${own.queue}; ${own.messages} may.`,
        advice: [
          "`rabbitmqctl list_queues name messages_ready messages_unacknowledged consumers` tells the two cases apart: many ready are too few or too slow consumers, many unacknowledged are consumers that hang.",
        ],
      },
      {
        name: "QueueWithoutConsumer",
        severity: "critical",
        category: "down",
        measure: {
          kind: "level",
          gauge: consumers,
          where: where(consumers, { queue: own.queue }),
          of: "max",
        },
        when: { equals: "0" },
        for: "5m",
        summary: `Nobody reads ${own.queue} of ${service.title}`,
        description: `No consumer is connected to ${own.queue}.`,
        advice: [
          "`rabbitmqctl list_consumers` shows who is there; then see the consumers' pods and their log.",
        ],
      },
      exporterGone("RabbitmqDown", job, "the queue"),
    ]);
  };
}
