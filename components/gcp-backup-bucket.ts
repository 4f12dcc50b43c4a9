import * as pulumi from "@pulumi/pulumi";
import { registerBucket, type GcpBucketArgs } from "./gcp-bucket";

/** A private, encrypted bucket of backups on Google Cloud, with its identities. */
export class GcpBackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: GcpBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:GcpBackupBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    registerBucket(name, args, this);
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
