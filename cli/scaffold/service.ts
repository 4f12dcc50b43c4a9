import type { HttpService } from "../../slo/http-service";
import { httpService } from "../../slo/http-service";
import {
  httpIncidents,
  INCIDENT_LIST,
  incidentFile,
  incidentText,
  withIncidents,
  withServiceImport,
} from "./incidents";
import { variableOf } from "./names";
import { runbookText } from "./runbooks/page";
import { servicePages } from "./runbooks/service-pages";
import { record, withSortedItem } from "./source-text";

/** A file that is made, or another text for one that is there; undefined where a scaffold cannot change it. */
export interface Change {
  readonly file: string;
  readonly kind: "create" | "change";
  readonly text: string | undefined;
}

/** The list of services. */
const SERVICE_LIST = "services/index.ts";

/** The environment whose alerts the lab has incidents for. */
export const PLAYED = "prod";

/**
 * The files of a new service: its data, its runbooks and the incidents of the lab.
 * @param read the present text of a file
 */
export function serviceChanges(own: HttpService, read: (file: string) => string): readonly Change[] {
  const service = httpService(own);
  const played = service.environments.includes(PLAYED);
  return [
    { file: `services/${own.id}.ts`, kind: "create", text: serviceText(own) },
    { file: SERVICE_LIST, kind: "change", text: withService(read(SERVICE_LIST), own.id) },
    ...servicePages(service).map((page) => ({
      file: `runbooks/${own.id}/${page.slug}.md`,
      kind: "create" as const,
      text: runbookText(service, page),
    })),
    ...(played
      ? ([
          {
            file: incidentFile(own.id),
            kind: "create",
            text: incidentText(service, httpIncidents(service)),
          },
          { file: INCIDENT_LIST, kind: "change", text: withIncidents(read(INCIDENT_LIST), own.id) },
        ] as const)
      : []),
  ];
}

function serviceText(own: HttpService): string {
  return [
    'import { httpService } from "../slo/http-service";\n',
    `/** ${own.title}, as team ${own.team} declares it. */`,
    `export const ${variableOf(own.id)} = httpService(${record(own)});\n`,
  ].join("\n");
}

function withService(text: string, id: string): string | undefined {
  const listed = withSortedItem(text, "services", variableOf(id), (name) => name.toLowerCase());
  return listed === undefined ? undefined : withServiceImport(listed, variableOf(id), `./${id}`);
}
