import { constants } from "node:os";

/** dlopen(3): stays in memory when Node closes what turns out to be none of its modules. */
const RTLD_NODELETE = 0x1000;

/**
 * Loads a shared library, by its path or by its name from wherever the system's loader looks. What needs it later
 * finds it loaded. Returns the loader's own words when it cannot, else null.
 */
export function loadingError(library: string): string | null {
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  try {
    process.dlopen({ exports: {} }, library, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
    return null;
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith("Module did not self-register") ? null : message;
  }
}
