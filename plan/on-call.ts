/** Whose nights count, and how many pages a team may have. */
export interface OnCall {
  /** Time zone of those who are paged. */
  readonly zone: string;
  /** By team, with `default` for the rest; who is in neither has no budget. */
  readonly pagesPerWeek: Readonly<Record<string, number>>;
}
