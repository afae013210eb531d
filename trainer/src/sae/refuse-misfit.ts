import { UsageError } from "../bundle/errors.ts";
import { hookWidth } from "../model/hook-names.ts";
import type { Model } from "../model/model.ts";
import type { Sae } from "./sae.ts";

/** A bundle may hold an autoencoder of other widths than those of the hooks. */
export function refuseMisfit(
  { config: sae }: Pick<Sae, "config">,
  { hook_name, hook_name_out }: { hook_name: string; hook_name_out: string | null },
  { config }: Pick<Model, "config">,
): void {
  const widths = [
    { what: "d_in", found: sae.d_in, hook: hook_name },
    { what: "d_out", found: sae.transcoder?.d_out ?? sae.d_in, hook: hook_name_out ?? hook_name },
  ];
  for (const { what, found, hook } of widths) {
    const width = hookWidth(hook, config);
    if (found !== width)
      throw new UsageError(
        `the autoencoder's ${what} is ${found}, but ${hook} of ${config.id} has ${width} numbers: take the hook that it was trained at`,
      );
  }
}
