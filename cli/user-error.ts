/** Something that the user can mend; its message says how. */
export class UserError extends Error {
  override readonly name = "UserError";
}
