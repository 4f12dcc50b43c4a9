import * as kubernetes from "@pulumi/kubernetes";

const rules = `groups:
  - name: shop
    rules:
      - alert: ShopDown
        expr: up{job="shop"} == 0
        for: 2m
        labels: { severity: critical, team: shop, service: shop }
        annotations:
          summary: No instance of the shop answers
          runbook_url: https://runbooks.example.com/shop/shop-down
          dashboard_url: https://grafana.example.com/d/shop
      - alert: QueueLong
        expr: shop_queue_length > 100
        for: 10m
        labels: { severity: warning }
`;

/** Rules of a Prometheus that somebody else runs. `QueueLong` does not say whose it is, which a policy refuses. */
export = (): void => {
  new kubernetes.core.v1.ConfigMap("rules", {
    metadata: { name: "shop-rules", namespace: "default" },
    data: { "shop.yml": rules },
  });
};
