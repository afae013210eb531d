/** What the person at the terminal can mend: printed as one sentence, without a stack. */
export class Failure extends Error {
  name = "Failure";
}

/**
 * @param {unknown} error
 * @returns {string} the `code` of a system or database error, or ""
 */
export function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
  return error instanceof Error ? error.message || codeOf(error) : String(error);
}
