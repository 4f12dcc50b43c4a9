import type { Service } from "./service";
import { textAt } from "./wire";

const BUCKET = "gcp:storage/bucket:Bucket";

/** Source: bucket naming of Cloud Storage, for names without a domain. */
const BUCKET_NAME = /^(?!goog)(?!.*google)[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/;

/** Cloud Storage as far as it refuses things; other services keep what they are given. */
export const gcp: Service = {
  check: (type, inputs) =>
    type === BUCKET && inputs["name"] === undefined
      ? [{ property: "name", reason: "is missing; the program gives every bucket a literal name" }]
      : [],
  nameOf: (type, inputs, urn) => {
    const own = textAt(inputs, "name");
    const resource = urn.slice(urn.lastIndexOf("::") + 2);
    if (type === BUCKET) return own ?? resource;
    const bucket = textAt(inputs, "bucket");
    return bucket === undefined
      ? (own ?? resource)
      : [bucket, textAt(inputs, "role"), textAt(inputs, "member")]
          .filter((part) => part !== undefined)
          .join(" ");
  },
  replacesOn: (type) =>
    type === BUCKET ? ["name", "location", "project"] : ["bucket", "role", "member", "name"],
  computed: (type, inputs) =>
    type === BUCKET
      ? {
          url: `gs://${textAt(inputs, "name") ?? ""}`,
          selfLink: `https://storage.invalid/${textAt(inputs, "name") ?? ""}`,
        }
      : {},
  refusal: (object, world) => {
    if (object.type === BUCKET) {
      return Promise.resolve(
        BUCKET_NAME.test(object.id)
          ? undefined
          : `googleapi: Error 400: Invalid bucket name: '${object.id}', invalid`,
      );
    }
    const bucket = textAt(object.inputs, "bucket");
    return Promise.resolve(
      object.type.startsWith("gcp:storage/") &&
        bucket !== undefined &&
        world.store.get(world.stack, BUCKET, bucket) === undefined
        ? `googleapi: Error 404: The specified bucket does not exist., notFound [${bucket}]`
        : undefined,
    );
  },
  taken: (object) =>
    object.type === BUCKET
      ? `googleapi: Error 409: The requested bucket name is not available, conflict [${object.id}]`
      : `googleapi: Error 409: [${object.id}] exists already, conflict`,
  isGlobal: (type) => type === BUCKET,
  release: () => undefined,
};
