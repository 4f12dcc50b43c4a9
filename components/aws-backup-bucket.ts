import * as pulumi from "@pulumi/pulumi";
import { registerBucket, type AwsBucketArgs } from "./aws-bucket";

/** A private, encrypted bucket of backups on AWS, with its identities. */
export class AwsBackupBucket extends pulumi.ComponentResource {
  readonly bucketName: string;

  constructor(name: string, args: AwsBucketArgs, opts: pulumi.ComponentResourceOptions) {
    super("tocsin:index:AwsBackupBucket", name, {}, opts);
    this.bucketName = args.bucketName;
    registerBucket(name, args, this);
    this.registerOutputs({ bucketName: this.bucketName });
  }
}
