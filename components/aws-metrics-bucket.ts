import * as pulumi from "@pulumi/pulumi";
import { registerBucket, type AwsBucketArgs } from "./aws-bucket";

/** A private, encrypted bucket of long-term metrics on AWS, with its identities. */
export class AwsMetricsBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: AwsBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:AwsMetricsBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    registerBucket(name, args, this);
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
