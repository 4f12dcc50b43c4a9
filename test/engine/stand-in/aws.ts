import type { Service, World } from "./service";
import type { StoredObject } from "./store";
import { at, listAt, textAt, UNKNOWN, type Properties } from "./wire";

const BUCKET = "aws:s3/bucket:Bucket";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
/** What lies in a bucket, by its key; the engine does not know of it. */
export const CONTENT = "aws:s3/bucketObject:BucketObject";
const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

/** Source: bucket naming rules of Amazon S3. */
const BUCKET_NAME = /^(?!xn--)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

/** S3 as far as it refuses things; other services keep what they are given. */
export const aws: Service = {
  check: (type, inputs) =>
    type === BUCKET && inputs["bucket"] === undefined
      ? [{ property: "bucket", reason: "is missing; the program gives every bucket a literal name" }]
      : [],
  nameOf: (_type, inputs, urn) =>
    textAt(inputs, "bucket") ?? textAt(inputs, "name") ?? urn.slice(urn.lastIndexOf("::") + 2),
  replacesOn: (type) => ["bucket", "region", ...(type === BUCKET ? ["objectLockEnabled"] : ["name"])],
  computed: (type, inputs) => {
    const name = textAt(inputs, "bucket") ?? "";
    return type === BUCKET
      ? { arn: `arn:aws:s3:::${name}`, bucketDomainName: `${name}.s3.amazonaws.com` }
      : { arn: `arn:aws:stand-in:::${type}` };
  },
  refusal: (object, world) =>
    Promise.resolve(object.type === BUCKET ? badName(object) : refusal(object, world)),
  taken: (object) =>
    object.type === BUCKET
      ? `creating S3 Bucket (${object.id}): BucketAlreadyExists: The requested bucket name is not available`
      : `creating ${object.type} (${object.id}): ConflictException: it exists already`,
  isGlobal: (type) => type === BUCKET,
  release: (object, world) => {
    if (object.type !== BUCKET) return undefined;
    const inside = world.store.all(world.stack).filter((other) => isSideOf(other, object.id));
    if (inside.some(({ type }) => type === CONTENT)) {
      return `deleting S3 Bucket (${object.id}): BucketNotEmpty: The bucket you tried to delete is not empty`;
    }
    for (const side of inside) world.store.remove(world.stack, side.type, side.id);
    return undefined;
  },
};

function isSideOf(object: StoredObject, bucket: string): boolean {
  return object.type !== BUCKET && object.inputs["bucket"] === bucket;
}

function badName(bucket: StoredObject): string | undefined {
  return BUCKET_NAME.test(bucket.id)
    ? undefined
    : `creating S3 Bucket (${bucket.id}): InvalidBucketName: The specified bucket is not valid`;
}

function refusal(object: StoredObject, world: World): string | undefined {
  const name = textAt(object.inputs, "bucket");
  if (!object.type.startsWith("aws:s3/") || name === undefined) return undefined;
  const bucket = world.store.get(world.stack, BUCKET, name);
  if (bucket === undefined) {
    return `creating ${object.type} (${name}): NoSuchBucket: The specified bucket does not exist`;
  }
  if ((object.type === LOCK || object.type === REPLICATION) && !isVersioned(bucket, world)) {
    return `creating ${object.type} (${name}): InvalidBucketState: Versioning must be 'Enabled' on the bucket`;
  }
  return malformedPolicy(object.inputs);
}

/** A bucket that is made for locks has versions from the start. */
function isVersioned(bucket: StoredObject, world: World): boolean {
  const versioning = world.store.get(world.stack, VERSIONING, bucket.id);
  return (
    bucket.inputs["objectLockEnabled"] === true ||
    at(versioning?.inputs, "versioningConfiguration", "status") === "Enabled"
  );
}

function malformedPolicy(inputs: Properties): string | undefined {
  const policy = inputs["policy"];
  if (typeof policy !== "string" || policy === UNKNOWN) return undefined;
  try {
    const statements = listAt(JSON.parse(policy) as Properties, "Statement");
    return statements.length > 0 ? undefined : "MalformedPolicy: Missing required field Statement";
  } catch {
    return "MalformedPolicy: This policy contains invalid Json";
  }
}
