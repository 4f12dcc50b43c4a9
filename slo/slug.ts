/** `QueueDepthHigh` -> queue-depth-high, as runbooks and incidents are called by their alert. */
export function slugOf(name: string): string {
  return name.replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3-$2").toLowerCase();
}

/** `Shop_API v2` -> shop-api-v2: what others call something, as a slug. */
export function slugFrom(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** `Orders v2` -> OrdersV2, what stands before the names of alerts. */
export function camelOf(text: string): string {
  return text
    .split(/[^a-zA-Z\d]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("")
    .replace(/^(?=\d)/, "N");
}
