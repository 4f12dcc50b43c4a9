import { batchJob } from "../../parts/batch-job";
import { blackboxProbe } from "../../parts/blackbox-probe";
import { certificate } from "../../parts/certificate";
import { postgres, redis } from "../../parts/databases";
import type { Part } from "../../parts/define-service";
import { kubernetesWorkload } from "../../parts/kubernetes-workload";
import { node } from "../../parts/node";
import { objective } from "../../parts/objective";
import { kafkaConsumer, rabbitmqQueue } from "../../parts/queues";
import { grpcServer, httpServer, ingressNginx, otelHttpServer } from "../../parts/servers";
import type { Library } from "./library";

const PARTS = {
  batchJob,
  blackboxProbe,
  certificate,
  grpcServer,
  httpServer,
  ingressNginx,
  kafkaConsumer,
  kubernetesWorkload,
  node,
  objective,
  otelHttpServer,
  postgres,
  rabbitmqQueue,
  redis,
} as const;

export type PartName = keyof typeof PARTS;

/** Where each is exported. */
export const MODULES: Readonly<Record<PartName, Library>> = {
  batchJob: "parts/batch-job",
  blackboxProbe: "parts/blackbox-probe",
  certificate: "parts/certificate",
  grpcServer: "parts/servers",
  httpServer: "parts/servers",
  ingressNginx: "parts/servers",
  kafkaConsumer: "parts/queues",
  kubernetesWorkload: "parts/kubernetes-workload",
  node: "parts/node",
  objective: "parts/objective",
  otelHttpServer: "parts/servers",
  postgres: "parts/databases",
  rabbitmqQueue: "parts/queues",
  redis: "parts/databases",
};

type Owns = { readonly [N in PartName]: NonNullable<Parameters<(typeof PARTS)[N]>[0]> };

/** A part as a file of a service calls it. */
export type PartCall<N extends PartName = PartName> = {
  readonly [K in N]: { readonly part: K; readonly own: Owns[K] };
}[N];

const MAKERS: { readonly [N in PartName]: (own: Owns[N]) => Part } = PARTS;

/** The part that a call makes. */
export function partOf<N extends PartName>({ part, own }: PartCall<N>): Part {
  return MAKERS[part](own);
}
