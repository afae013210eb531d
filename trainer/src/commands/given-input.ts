import type { Input } from "../importers/foreign.ts";
import { openInput } from "../importers/input.ts";
import type { Context } from "./verb.ts";

/** The files that INPUT means: a folder, an archive or a file. */
export function openGiven(
  given: string,
  { signal }: Pick<Context, "signal">,
): Promise<Input & { close(): Promise<void> }> {
  return openInput(given, { signal });
}
