import { UsageError } from "../../bundle/errors.ts";
import type { Addon } from "../../model/native/addon.ts";
import type { Kernel, KernelSizes } from "./kernel.ts";

/** The kernel as trainer/native holds it: in memory of its own, as much as there is. */
export function createNativeKernel(
  addon: Addon,
  { threads, scalars, arrays }: KernelSizes,
  variant = addon.trainingVariants()[0],
): Kernel {
  const kernel = addon.openTraining(addon.trainingVariants().indexOf(variant), threads);
  const set = (values: Record<string, number>) => {
    for (const [name, value] of Object.entries(values)) addon.setField(kernel, name, value);
  };
  set(scalars);
  const memory = new Map(
    Object.entries(arrays).map(([name, length]) => [name, allocate(addon, kernel, name, length)]),
  );
  const buffer = (array: string) => {
    const found = memory.get(array);
    if (!found) throw new Error(`the kernel's field "${array}" has no memory`);
    return found;
  };
  return {
    get: (scalar) => addon.getField(kernel, scalar),
    set,
    floats: (array) => new Float32Array(buffer(array)),
    ints: (array) => new Int32Array(buffer(array)),
    doubles: (array) => new Float64Array(buffer(array)),
    run: (phase) => addon.runPhase(kernel, phase),
    runParts: (phase) => addon.runPhase(kernel, phase),
    dispose: async () => addon.closeTraining(kernel),
  };
}

function allocate(
  addon: Addon,
  kernel: ReturnType<Addon["openTraining"]>,
  name: string,
  length: number,
): ArrayBuffer {
  try {
    return addon.allocateField(kernel, name, length);
  } catch (cause) {
    addon.closeTraining(kernel);
    const { message } = cause as Error;
    if (message.endsWith("no such field"))
      throw new Error(`the kernel has no field "${name}"`, { cause });
    throw new UsageError(`no memory for the SAE: ${length} numbers of "${name}"`, { cause });
  }
}
