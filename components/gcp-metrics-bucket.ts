import * as pulumi from "@pulumi/pulumi";
import { registerBucket, type GcpBucketArgs } from "./gcp-bucket";

/** A private, encrypted bucket of long-term metrics on Google Cloud, with its identities. */
export class GcpMetricsBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: GcpBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:GcpMetricsBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    registerBucket(name, args, this);
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
