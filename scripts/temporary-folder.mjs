import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder that a database server of another user can pass. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "hub-test-"));
  chmodSync(folder, 0o711);
  return folder;
}
