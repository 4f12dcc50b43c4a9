import type { Correction } from "../correction";
import type { Problem } from "../problem";
import type { Service } from "../service";

const ID = /^[A-Z]+-ERR-[1-9]\d*$/;
const PLACEHOLDER = /\b(?:TODO|TBD|FIXME|XXX|lorem ipsum)\b|^(?:\.\.\.|-|\?|n\/a)?$/i;

/** Every correction is known by one id and says all that the owner of the document has to read. */
export function checkCorrections({ id, corrections = [] }: Service): readonly Problem[] {
  return corrections.flatMap((correction, index) => {
    const path = `services.${id}.corrections.${correction.id}`;
    const before = corrections.slice(0, index).some((other) => other.id === correction.id);
    return [
      ...(ID.test(correction.id)
        ? []
        : [
            problem(
              path,
              `[${correction.id}] is not the id of an error`,
              "Write it as OMNIHUB-ERR-1 is written.",
            ),
          ]),
      ...(before ? [problem(path, `[${correction.id}] is corrected twice`, "Keep one of the two.")] : []),
      ...texts(correction)
        .filter(([, text]) => PLACEHOLDER.test(text.trim()) || text.includes("\n"))
        .map(([field, text]) =>
          problem(
            `${path}.${field}`,
            `[${text}] is not a line of text that says something`,
            "Write what the owner of the document has to know, on one line.",
          ),
        ),
    ];
  });
}

function texts({ area, says, built, why }: Correction): readonly (readonly [string, string])[] {
  return Object.entries({ area, says, built, why });
}

function problem(path: string, message: string, remedy: string): Problem {
  return { code: "correction-invalid", path, message, remedy };
}
