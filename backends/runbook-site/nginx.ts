import { RUNBOOK_METRICS } from "../../plan/names";
import { NOT_FOUND_PATH, type Entry, type RunbookSite } from "./site";
import { CONTENT_SECURITY_POLICY } from "./stylesheet";

/** Where the server finds and puts things. */
export interface NginxPlaces {
  readonly port: number;
  /** Folder of the site's files. */
  readonly root: string;
  /** A folder that it may write to. */
  readonly scratch: string;
}

/** A file that is in no site, so that an address which a map does not hold is looked for further. */
const NOWHERE = "/nowhere";

/**
 * The configuration of nginx: a table of addresses, first with and then without host name, and a file for each. What
 * is not in it does not exist, so no address leads to a page of another service.
 * Source: nginx docs, "ngx_http_map_module", "ngx_http_core_module".
 */
export function nginxConfig(site: RunbookSite, { port, root, scratch }: NginxPlaces): string {
  return `worker_processes 1;
daemon off;
pid ${scratch}/nginx.pid;
error_log stderr warn;

events {
  worker_connections 512;
}

http {
${temporaryFolders(scratch)}
  access_log off;
  server_tokens off;
  default_type text/html;
  charset utf-8;
  gzip on;
  add_header Cache-Control "no-cache" always;
  add_header Content-Security-Policy "${CONTENT_SECURITY_POLICY}" always;
  add_header Referrer-Policy "no-referrer" always;
  add_header X-Content-Type-Options "nosniff" always;

${hashSizes([...site.named, ...site.unnamed])}
  map $host$uri $named_page {
    default ${NOWHERE};
${mapEntries(site.named)}
  }
  map $uri $page {
    default ${NOWHERE};
${mapEntries(site.unnamed)}
  }

${server(port, root, site.files.length)}
}
`;
}

function server(port: number, root: string, files: number): string {
  return `  server {
    listen ${port} default_server;
    root ${root};
    error_page 404 /${NOT_FOUND_PATH};
    location / {
      try_files $named_page $page =404;
    }
    location = /${NOT_FOUND_PATH} {
      internal;
    }
    location = /-/healthy {
      default_type text/plain;
      return 200 "healthy\\n";
    }
    location = /-/ready {
      default_type text/plain;
      return 200 "ready\\n";
    }
    location = ${RUNBOOK_METRICS} {
      default_type "text/plain; version=0.0.4";
      return 200 "# TYPE runbook_site_files gauge\\nrunbook_site_files ${files}\\n";
    }
  }`;
}

function temporaryFolders(scratch: string): string {
  return ["client_body", "fastcgi", "proxy", "scgi", "uwsgi"]
    .map((name) => `  ${name}_temp_path ${scratch}/${name};`)
    .join("\n");
}

function mapEntries(entries: readonly Entry[]): string {
  return entries.map(({ address, file }) => `    ${address} /${file};`).join("\n");
}

/** A key must fit into a bucket, with the sizes of two pointers and a rest of a cache line; nginx does not start else. */
function hashSizes(entries: readonly Entry[]): string {
  const longest = Math.max(0, ...entries.map(({ address }) => address.length));
  return [
    `  map_hash_bucket_size ${64 * Math.ceil((longest + 64) / 64)};`,
    `  map_hash_max_size ${Math.max(2_048, 2 * entries.length)};`,
  ].join("\n");
}
