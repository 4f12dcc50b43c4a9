import { allObjects, clusterObjects } from "../../backends/kubernetes/cluster";
import type { MonitoringPlan } from "../../plan/monitoring-plan";
import { containerOf, filesIn, ofKind, workload } from "./pods";

/** What the container of the runbooks finds on its disk: texts by absolute path. */
export function mountedTexts(plan: MonitoringPlan): ReadonlyMap<string, string> {
  const objects = allObjects(clusterObjects(plan));
  const server = workload(objects, "runbooks");
  const maps = new Map(ofKind(objects, "ConfigMap").map(({ metadata, data = {} }) => [metadata.name, data]));
  return new Map(
    [...filesIn(server, containerOf(server))].map(([path, { object, key }]) => {
      const text = maps.get(object)?.[key];
      if (text === undefined) {
        throw new Error(`[${path}] is the key [${key}] of [${object}], which is not there`);
      }
      return [path, text];
    }),
  );
}

/** The file that the container's command names as its configuration. */
export function configurationPath(plan: MonitoringPlan): string {
  const { args = [] } = containerOf(workload(allObjects(clusterObjects(plan)), "runbooks"));
  return args[args.indexOf("-c") + 1] ?? "";
}

/** An answer of a web server. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * What nginx answers to a GET, read from its configuration and its disk: a map is looked up by the whole text without
 * regard to case, `try_files` takes the first file that is there, and a missing one is the page of `error_page`.
 * Source: nginx docs, "ngx_http_map_module" and "ngx_http_core_module".
 */
export function modelOf(configuration: string, disk: ReadonlyMap<string, string>): (url: string) => Answer {
  const [, root = ""] = /^ +root (\S+);$/m.exec(configuration) ?? [];
  const [, tried = ""] = /^ +try_files (.+) =404;$/m.exec(configuration) ?? [];
  const [, missing = ""] = /^ +error_page 404 (\S+);$/m.exec(configuration) ?? [];
  const maps = mapsOf(configuration);
  return (url) => {
    const { hostname, pathname } = new URL(url);
    const [body] = tried
      .split(" ")
      .map((name) => maps.get(name)?.(hostname, decodeURIComponent(pathname)))
      .map((file) => disk.get(`${root}${file ?? ""}`))
      .filter((text) => text !== undefined);
    return body === undefined
      ? { status: 404, body: disk.get(`${root}${missing}`) ?? "" }
      : { status: 200, body };
  };
}

/** What each map of a configuration sets its variable to. */
function mapsOf(configuration: string): ReadonlyMap<string, (host: string, uri: string) => string> {
  const maps = [...configuration.matchAll(/^ +map (\S+) (\$\w+) \{\n([\s\S]*?)\n +\}$/gm)];
  return new Map(
    maps.map(([, source = "", variable = "", lines = ""]) => {
      const entries = new Map(
        lines
          .split("\n")
          .map((line) => line.trim().replace(/;$/, "").split(" "))
          .map(([key = "", value = ""]) => [key.toLowerCase(), value] as const),
      );
      return [
        variable,
        (host, uri) =>
          entries.get(source.replace("$host", host).replace("$uri", uri).toLowerCase()) ??
          entries.get("default") ??
          "",
      ];
    }),
  );
}
