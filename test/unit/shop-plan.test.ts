import { alertRoutes } from "../../backends/alertmanager/routes";
import { checkBackend } from "../../backends/check";
import { monitoringFiles, probeFiles, runbookFiles } from "../../backends/files";
import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import { kubernetesFiles } from "../../backends/kubernetes/files";
import { planWith, shopOf } from "../support/http-shop";

/** The whole way of the data with one service, which `npm run test:quick` has nowhere else. */
describe("the plan of a service as the scaffold makes it", () => {
  const plan = planWith(shopOf("95%", "28d"));

  it("pages for its outage and its errors, and says the rest where people work", () => {
    const told = alertRoutes(plan)
      .filter(({ labels }) => labels["service"] === "shop")
      .map(({ labels, receivers }) => {
        expect(receivers[0]).toBe("email-digest");
        return [labels["alertname"], labels["slo"], ...receivers.slice(1)].join(" ");
      });
    expect(told).toEqual([
      "ErrorBudgetBurnTicket availability slack-default",
      "ErrorBudgetBurnTicket latency slack-default",
      "ErrorBudgetCaution availability slack-quiet",
      "ErrorBudgetCaution latency slack-quiet",
      "ErrorBudgetExhausting availability slack-default",
      "ErrorBudgetExhausting latency slack-default",
      "HighErrorBudgetBurnRate availability page-default",
      "HighErrorBudgetBurnRate latency slack-default",
      "LowErrorBudget availability slack-default",
      "LowErrorBudget latency slack-default",
      "SLIDataMissing availability slack-default",
      "SLIDataMissing latency slack-default",
      "SLIOutsideContract availability slack-default",
      "SLIOutsideContract latency slack-default",
      "SLOBucketMissing latency slack-default",
      "ServiceDown availability page-default",
      "TargetsDown none-TargetsDown slack-default",
    ]);
  });

  it("is taken by every backend, and written down as files that are not empty", () => {
    expect(checkBackend(plan)).toEqual([]);
    const files = new Map([
      ...monitoringFiles(plan),
      ...probeFiles(plan),
      ...runbookFiles(plan),
      ...kubernetesFiles(allObjects(clusterObjects(plan))),
    ]);
    expect([...files].filter(([, text]) => text.trim() === "")).toEqual([]);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        "prometheus/rules/shop.yml",
        "kubernetes/monitoring-statefulset-prometheus.yaml",
      ]),
    );
  });
});
