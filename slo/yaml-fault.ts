/** Why the package `yaml` cannot read a text: in its first line, where that does not speak of its own trouble. */
export function yamlFault(error: unknown): string {
  const [says = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  if (/call stack/.test(says)) {
    return "it is nested deeper than can be read";
  }
  return says.startsWith("Excessive alias count")
    ? "its aliases stand for more than can be read; write out what they stand for"
    : says;
}
