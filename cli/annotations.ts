import type { Place } from "./places";

/** How much a finding is shown to matter in a pull request. */
type AnnotationLevel = "error" | "warning" | "notice";

/** A line that GitHub shows beside the code, where it knows the place. */
export interface Annotation {
  readonly level: AnnotationLevel;
  readonly title: string;
  readonly message: string;
  readonly place?: Place | undefined;
}

/**
 * Annotations as commands of a workflow, each once: what is wrong with every stack is said of the first.
 * @param prefix the folder of the repository's files below the root of its checkout, `""` or `monitoring/`
 */
export function annotationLines(annotations: readonly Annotation[], prefix: string): readonly string[] {
  const lines = annotations.map(({ level, title, message, place }) => {
    const properties = [
      ...(place === undefined ? [] : [`file=${escaped(prefix + place.file)}`]),
      ...(place?.line === undefined ? [] : [`line=${place.line}`]),
      `title=${escaped(title)}`,
    ];
    return `::${level} ${properties.join(",")}::${data(message)}`;
  });
  return [...new Set(lines)];
}

/** Source: GitHub's runner, `ActionCommand`: what would end a property or the command. */
function escaped(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
