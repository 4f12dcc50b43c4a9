import { currentDay, type Exception } from "../../policies/exceptions";
import { alertHasSummaryAndDashboard } from "../../policies/rules/alert-has-summary-and-dashboard";
import { sayOf, UNKNOWN, type Subject } from "../support/policy-requests";
import { ruleFile } from "../support/rule-carriers";

const SHOP: Subject = {
  type: "kubernetes:core/v1:ConfigMap",
  name: "shop",
  props: { data: { "shop.yml": ruleFile({}) } },
};
const PLACE = "Resource [shop]: alert [ShopDown] of group [shop] in data key [shop.yml]";
const SUMMARY = `${PLACE} has no annotation summary. Write one.`;
const DASHBOARD = `${PLACE} has no annotation dashboard_url. Write one.`;
const HOLDS: Exception = {
  resource: "shop",
  owner: "payments",
  reason: "moving house",
  expires: "9999-12-31",
};

const said = async (...exceptions: readonly object[]): Promise<readonly string[]> =>
  (
    await sayOf(
      SHOP,
      alertHasSummaryAndDashboard("mandatory", { exceptions: exceptions as readonly Exception[] }),
    )
  ).map(({ message }) => message.split("\n")[1] ?? "");

describe("an exception", () => {
  it("lets everything of a resource pass", async () => {
    expect(await said(HOLDS)).toEqual([]);
  });

  it("lets pass what it is about, and no more", async () => {
    expect(await said({ ...HOLDS, about: "annotation summary" })).toEqual([DASHBOARD]);
  });

  it("is of no use to another resource", async () => {
    expect(await said({ ...HOLDS, resource: "shop-2" })).toEqual([SUMMARY, DASHBOARD]);
  });

  it("holds on its last day", async () => {
    expect(await said({ ...HOLDS, expires: currentDay() })).toEqual([]);
  });

  it.each([
    [{ expires: "2020-02-29" }, "that of [payments] ended on 2020-02-29"],
    [{ expires: "soon" }, "its end [soon] is no day such as 2026-12-31"],
    [{ expires: "2026-13-01" }, "its end [2026-13-01] is no day such as 2026-12-31"],
    [{ expires: undefined }, "its end [] is no day such as 2026-12-31"],
    [{ owner: " ", reason: "" }, "it has no owner and no reason"],
  ])("does not count with %j, and the violation says so", async (change, fault) => {
    expect(await said({ ...HOLDS, about: "summary", ...change })).toEqual([
      `${SUMMARY} The exception for it does not count: ${fault}.`,
      DASHBOARD,
    ]);
  });

  it("that has ended takes nothing from one that holds", async () => {
    expect(await said({ ...HOLDS, expires: "2020-01-01" }, HOLDS)).toEqual([]);
  });

  it("lets pass what cannot be judged as well", async () => {
    const later: Subject = {
      type: "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      name: "shop",
      props: { spec: { groups: [{ name: "shop", rules: [{ alert: "ShopDown", annotations: UNKNOWN }] }] } },
    };
    expect(await sayOf(later, alertHasSummaryAndDashboard())).toHaveLength(2);
    expect(await sayOf(later, alertHasSummaryAndDashboard("mandatory", { exceptions: [HOLDS] }))).toEqual([]);
  });
});
