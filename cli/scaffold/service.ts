import type { ServiceHead } from "../../parts/define-service";
import type { HttpServer } from "../../parts/servers";
import { variableOf } from "./names";
import { library } from "./library";
import { record, withImport, withSortedItem } from "./source-text";

/** A file that is made, or another text for one that is there; undefined where a scaffold cannot change it. */
export interface Change {
  readonly file: string;
  readonly kind: "create" | "change";
  readonly text: string | undefined;
}

/** The list of services. */
const SERVICE_LIST = "services/index.ts";

/** A service that answers HTTP requests, and the part that says how it tells of them. */
export interface NewService {
  readonly head: ServiceHead;
  readonly part: "httpServer" | "otelHttpServer";
  readonly server: Pick<HttpServer, "availability" | "latency" | "requestsPerSecond">;
}

/**
 * The file of a service, and the list that names it.
 * @param read the present text of a file
 */
export function serviceChanges(
  id: string,
  text: string,
  read: (file: string) => string | undefined,
): readonly Change[] {
  return [
    { file: `services/${id}/index.ts`, kind: "create", text },
    { file: SERVICE_LIST, kind: "change", text: withService(read(SERVICE_LIST) ?? "", id) },
  ];
}

/** The file of a new service. */
export function serviceText({ head, part, server }: NewService): string {
  const imports = withImport("", ["defineService"], library("parts/define-service"));
  return [
    withImport(imports, [part], library("parts/servers")),
    `/** ${head.title}, as team ${head.team} declares it. */`,
    `export const ${variableOf(head.id)} = defineService(${record(head)}, [${part}(${record(server)})]);\n`,
  ].join("\n");
}

function withService(text: string, id: string): string | undefined {
  const listed = withSortedItem(text, "services", variableOf(id), (name) => name.toLowerCase());
  return listed === undefined ? undefined : withServiceImport(listed, variableOf(id), `./${id}`);
}

/** Adds the import of one module to a block that is sorted by module, types last. */
function withServiceImport(text: string, name: string, module: string): string {
  return sortedImports(withImport(text, [name], module));
}

function sortedImports(text: string): string {
  const lines = text.match(/^import \{[^}]*\} from "\.\/[^"]+";\n/gm) ?? [];
  const moduleOf = (line: string): string => line.slice(line.indexOf(' from "'));
  const sorted = [...lines].sort((a, b) => (moduleOf(a) < moduleOf(b) ? -1 : 1));
  const [first = ""] = lines;
  const at = text.indexOf(first);
  const rest = lines.reduce((left, line) => left.replace(line, ""), text);
  return `${rest.slice(0, at)}${sorted.join("")}${rest.slice(at)}`;
}
