import { constants } from "node:os";

/**
 * What the system's loader has to say against a shared library, by its path or its name; null when it loads.
 * @param {string} library
 * @returns {string | null}
 */
export function loadingError(library) {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW);
    return null;
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    return message.startsWith("Module did not self-register") ? null : message;
  }
}
