import { Provider } from "@pulumiverse/grafana/provider";
import { Dashboards } from "../../components/dashboards";
import type { ProgramResource } from "../../evaluation/evaluate";
import { byName, one, register } from "../support/registered";

jest.setTimeout(60_000);

const dashboards = (...uids: readonly string[]): Promise<readonly ProgramResource[]> =>
  register(
    () =>
      new Dashboards(
        "d",
        {
          folder: { title: "Folder", uid: "folder" },
          dataSource: { uid: "source", name: "Source", url: "https://prometheus.example" },
          otherDataSources: [],
          dashboards: uids.map((uid) => ({ uid, json: JSON.stringify({ uid }) })),
        },
        { providers: [new Provider("grafana", { url: "https://grafana.example" })] },
      ),
  );

describe("dashboards", () => {
  it("come after the folder that holds them and the source that they ask", async () => {
    const after = ["DataSource d-data-source", "Folder d-folder"];
    expect(byName(await dashboards("one", "two"))).toEqual([
      { type: "Dashboard", name: "d-one", parent: "Dashboards d", after },
      { type: "Dashboard", name: "d-two", parent: "Dashboards d", after },
      { type: "DataSource", name: "d-data-source", parent: "Dashboards d", after: [] },
      { type: "Folder", name: "d-folder", parent: "Dashboards d", after: [] },
      { type: "Dashboards", name: "d", parent: "-", after: [] },
    ]);
  });

  it("never take the place of somebody else's", async () => {
    expect(one(await dashboards("one"), "grafana:oss/dashboard:Dashboard", "d-one").props).toEqual({
      folder: "folder",
      configJson: '{"uid":"one"}',
      overwrite: false,
    });
  });

  it("ask Prometheus through Grafana, under the uid that their queries name", async () => {
    const resources = await dashboards();
    expect(one(resources, "grafana:oss/dataSource:DataSource", "d-data-source").props).toEqual({
      uid: "source",
      name: "Source",
      url: "https://prometheus.example",
      type: "prometheus",
      accessMode: "proxy",
      jsonDataEncoded: '{"httpMethod":"POST","prometheusType":"Prometheus"}',
    });
    expect(one(resources, "grafana:oss/folder:Folder", "d-folder").props).toEqual({
      title: "Folder",
      uid: "folder",
    });
  });
});
