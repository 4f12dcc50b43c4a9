import { z } from "zod";
import { defineIntegration } from "./integration";

const labels = z.record(z.string(), z.string());

/** Source: Alertmanager docs, "webhook_config". */
const group = z.object({
  version: z.literal("4"),
  status: z.enum(["firing", "resolved"]),
  alerts: z.array(z.object({ status: z.string(), labels, annotations: labels })),
});

/** Any program that takes Alertmanager's JSON: labels and annotations arrive as they are. */
export const webhook = defineIntegration({
  kind: "webhook",
  title: "webhook",
  wakes: true,
  fields: {
    urlSecret: {
      form: "secretKey",
      means: "key of the secret that holds the address",
      holds: { what: "the address of a webhook", is: "address" },
    },
  },
  templates: [],
  alertmanager: {
    list: "webhook_configs",
    write: ({ urlSecret }) => ({ fields: {}, secrets: { url: urlSecret } }),
  },
  grafana: {
    list: "webhooks",
    write: ({ urlSecret }) => ({ fields: {}, secrets: { url: urlSecret } }),
  },
  inLab: () => ({}),
  received: (body) => {
    const { data } = group.safeParse(body);
    return data === undefined
      ? undefined
      : [
          {
            status: data.status,
            alerts: data.alerts.map((one) => `${one.labels["alertname"] ?? ""} ${one.status}`).join(", "),
            title: data.alerts[0]?.annotations["summary"] ?? "",
            text: data.alerts.map(({ annotations }) => annotations["description"] ?? "").join("\n"),
            links: data.alerts.flatMap(({ annotations }) => annotations["runbook_url"] ?? []),
          },
        ];
  },
});
