import * as field from "./fields";
import { section } from "./fields";

/** What pods of a program reserve, which does not start with less memory than `least`. */
export const resources = (least: string) =>
  section({
    cpu: field.cpu.describe("CPU that is reserved; there is no limit, so that nothing is throttled"),
    memory: field.memory(least).describe("memory that is reserved, and the limit"),
  });

/** The volume of each pod of a server. */
export const storage = section({
  size: field.disk.describe("size of the volume of each pod"),
  claims: field.disk
    .exactOptional()
    .describe(
      "size that the volumes in the cluster have, once they are there; another `size` is refused then",
    ),
  storageClass: field.name.exactOptional().describe("storage class; the cluster's default one where absent"),
});
