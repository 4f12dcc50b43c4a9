import type { PerEnvironment } from "./per-environment";

/** A store of backups: one bucket per environment, private, encrypted and versioned wherever it lies. */
export interface Backup {
  /** Unique in its service; part of the bucket's name. */
  readonly id: string;
  /** What is kept there. */
  readonly description: string;
  /** Days until a backup is deleted. */
  readonly keepDays: PerEnvironment<number>;
  /** Days in which nobody can delete a backup, in environments whose trait `locksBackups` holds; 0 for no lock. */
  readonly lockDays: PerEnvironment<number>;
}
