const FULL = /\b(?:ENOSPC|EDQUOT|EFBIG)\b|no space left on device|disk quota exceeded|file too large/i;

/** Whether a system or a program that could not write something says that there was no room for it. */
export function saysFull(said: string): boolean {
  return FULL.test(said);
}

/** Why something could not be written, in brackets on one line, and what to do about it. */
export function faultAndRemedy(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split("\n");
  const reason = lines.find(saysFull) ?? lines[0] ?? "";
  return `(${reason}); make ${saysFull(reason) ? "room" : "that possible"} there`;
}
