/**
 * A value of a document that cannot be built as it stands, for its owner: what it says, what is built in its place, and
 * why. Texts are one line of markdown; their links are relative to `docs/`.
 */
export interface Correction {
  /** The id in the acceptance list: the document, ERR and a number. */
  readonly id: string;
  /** The heading that it stands under; areas come in the order of their first correction. */
  readonly area: string;
  readonly says: string;
  readonly built: string;
  readonly why: string;
}
