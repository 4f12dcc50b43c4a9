/** `QueueDepthHigh` -> queue-depth-high, as runbooks and incidents are called by their alert. */
export function slugOf(name: string): string {
  return name.replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3-$2").toLowerCase();
}
