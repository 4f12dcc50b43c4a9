import type { BackupSettings } from "./platform";

/** A bucket of backups; its name is literal, so that policies see which bucket a side resource belongs to. */
export interface PlannedBucket {
  readonly name: string;
  readonly service: string;
  readonly backup: string;
  readonly description: string;
  /** Days until a backup is deleted. */
  readonly keepDays: number;
  /** Days in which nobody can delete a backup; 0 for no lock. A locked bucket is protected from the engine, too. */
  readonly lockDays: number;
  readonly location: BackupSettings;
  /** Name of the engine's provider, of which each place has one. */
  readonly provider: string;
  /** Whether jobs of ours fill it; somebody else does otherwise. */
  readonly filled: boolean;
}

/** The bucket in the second region. */
export function copyName({ name }: Pick<PlannedBucket, "name">): string {
  return `${name}-copy`;
}
