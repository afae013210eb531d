import { type Reading, reading, unsaid } from "../../trainer/src/bundle/index.ts";
import type { Foreign } from "../../trainer/src/importers/foreign.ts";
import { findDictionaries } from "../../trainer/src/importers/formats.ts";
import { openInput } from "../../trainer/src/importers/input.ts";
import { toSae } from "../../trainer/src/importers/to-sae.ts";
import type { Sae } from "../../trainer/src/sae/sae.ts";
import type { Tensor } from "../../trainer/src/tensor/tensor.ts";

export const TOLERANCE = 1e-5;

/** The only dictionary in a folder, and its SAE; `given` says what the files do not, and says no more than that. */
export async function readOnly(
  folder: string,
  given: Partial<Reading>,
): Promise<{ foreign: Foreign; sae: Sae }> {
  const input = await openInput(folder);
  try {
    const [foreign, ...others] = await findDictionaries(input);
    if (others.length > 0) throw new Error(`${others.length + 1} dictionaries, expected one`);
    const { reading: said } = foreign.described;
    const missing = unsaid(said).filter((key) => given[key] === undefined);
    if (missing.length > 0) throw new Error(`its files do not say ${missing.join(", ")}`);
    return { foreign, sae: toSae(foreign, reading.parse({ ...given, ...said })) };
  } finally {
    await input.close();
  }
}

/** The largest difference, relative to the largest number where that is above 1. */
export function near(what: string, found: Tensor, expected: Tensor): string {
  if (found.shape.join() !== expected.shape.join())
    throw new Error(`${what}: shape [${found.shape}], expected [${expected.shape}]`);
  let [difference, largest] = [0, 1];
  for (const [i, value] of expected.data.entries()) {
    difference = Math.max(difference, Math.abs(found.data[i] - value));
    largest = Math.max(largest, Math.abs(value));
  }
  const relative = difference / largest;
  if (!(relative <= TOLERANCE))
    throw new Error(`${what}: differs by ${relative.toExponential(1)}, expected at most 1e-5`);
  return `${what} within ${relative.toExponential(0)}`;
}
