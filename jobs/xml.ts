import { XMLParser } from "fast-xml-parser";
import * as z from "zod/mini";

/** What the S3 protocol answers with, as far as the jobs ask. */
export interface Listed {
  readonly keys: readonly string[];
  readonly folders: readonly string[];
  readonly versions: readonly { readonly key: string; readonly id: string }[];
  readonly next: string | undefined;
  readonly uploadId: string | undefined;
  /** The code of an error. */
  readonly error: string | undefined;
}

const LISTS = new Set(["Contents", "CommonPrefixes", "Version"]);
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => LISTS.has(name) });

const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const text = z.optional(z.string());
const body = z.object({
  Contents: list(z.object({ Key: z.string() })),
  CommonPrefixes: list(z.object({ Prefix: z.string() })),
  Version: list(z.object({ Key: z.string(), VersionId: z.string() })),
  NextContinuationToken: text,
  UploadId: text,
  Code: text,
});

/** Reads an answer; one that is no XML of S3 has nothing in it. */
export function answerOf(xml: string): Listed {
  const roots: unknown[] = Object.values(parser.parse(xml) as object);
  const root = body.safeParse(roots.find((value) => typeof value === "object" && value !== null) ?? {});
  const read = root.success ? root.data : body.parse({});
  return {
    keys: read.Contents.map(({ Key }) => Key),
    folders: read.CommonPrefixes.map(({ Prefix }) => Prefix),
    versions: read.Version.map(({ Key, VersionId }) => ({ key: Key, id: VersionId })),
    next: read.NextContinuationToken,
    uploadId: read.UploadId,
    error: read.Code,
  };
}
