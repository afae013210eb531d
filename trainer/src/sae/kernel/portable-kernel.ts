import { readFileSync } from "node:fs";
import { UsageError } from "../../bundle/errors.ts";
import type { Kernel, KernelSizes } from "./kernel.ts";
import { startThreads } from "./threads.ts";

const PAGE = 65536;
const MAX_PAGES = 65536;
export const MOST_BYTES = PAGE * MAX_PAGES;
const STACK = 65536;

let compiled: WebAssembly.Module | undefined;
/** of `kernelBytes`: each has addresses for 4 GiB, though no memory */
let measuring: ReturnType<typeof instantiate> | undefined;

/** The kernel as WebAssembly: everywhere, in at most 4 GiB. */
export async function createPortableKernel({
  threads,
  scalars,
  arrays,
}: KernelSizes): Promise<Kernel> {
  const { module, memory, wasm, field, set, allocate } = instantiate();
  set(scalars);
  const scratch_floats = wasm.scratch_floats(field.state);
  set({ scratch_floats });
  const sizes: Record<string, number> = { ...arrays, scratch: threads * scratch_floats };
  for (const [name, length] of Object.entries(sizes))
    set({ [name]: allocate(length * bytesEach(field.of(name))) });
  const stacks = Array.from({ length: threads - 1 }, () => allocate(STACK) + STACK);
  grow(memory, allocate(0));

  const { state } = field;
  const running = await startThreads({ module, memory, exports: wasm, state, stacks });
  const read = (name: string) => new DataView(memory.buffer).getInt32(field.of(name).address, true);
  const start = (array: string) => read(array) >>> 0;
  return {
    get: read,
    set,
    floats: (array) => new Float32Array(memory.buffer, start(array), sizes[array]),
    ints: (array) => new Int32Array(memory.buffer, start(array), sizes[array]),
    doubles: (array) => new Float64Array(memory.buffer, start(array), sizes[array]),
    run: (phase) => wasm[phase](state),
    runParts: running.run,
    dispose: running.dispose,
  };
}

/** Bytes of each array that a kernel of these sizes has, and of its threads' scratch; none is made. */
export function kernelBytes({ threads, scalars, arrays }: KernelSizes): Record<string, number> {
  measuring ??= instantiate();
  const { wasm, field, set } = measuring;
  set(scalars);
  const bytes = Object.entries(arrays).map(([name, length]) => [
    name,
    length * bytesEach(field.of(name)),
  ]);
  return { ...Object.fromEntries(bytes), scratch: threads * wasm.scratch_floats(field.state) * 4 };
}

function bytesEach({ kind }: { kind: string }): number {
  return kind === "D" ? 8 : 4;
}

/** The compiled kernel with an empty State, and what hands out the memory after it. */
function instantiate() {
  compiled ??= new WebAssembly.Module(
    readFileSync(new URL("../../../kernels/sae.wasm", import.meta.url)),
  );
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES, shared: true });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  // biome-ignore lint/suspicious/noExplicitAny: what a WebAssembly instance exports is not typed
  const wasm = exports as any;
  const fields = readFields(memory, wasm.field_names());

  let top: number = wasm.__heap_base.value;
  function allocate(bytes: number): number {
    const at = Math.ceil(top / 64) * 64;
    top = at + bytes;
    return at;
  }
  const state = allocate(wasm.state_bytes());
  function of(name: string): { kind: string; address: number } {
    const found = fields.get(name);
    if (!found) throw new Error(`the kernel has no field "${name}"`);
    return { kind: found.kind, address: state + found.offset };
  }
  function set(values: Record<string, number>): void {
    const view = new DataView(memory.buffer);
    for (const [name, value] of Object.entries(values)) {
      const { kind, address } = of(name);
      if (kind === "f") view.setFloat32(address, value, true);
      else view.setInt32(address, value, true);
    }
  }
  return { module: compiled, memory, wasm, field: { state, of }, set, allocate };
}

/** "i d_in;F x;" → the State's fields; each is four bytes wide */
function readFields(memory: WebAssembly.Memory, at: number) {
  const bytes = new Uint8Array(memory.buffer, at);
  const text = String.fromCharCode(...bytes.slice(0, bytes.indexOf(0)));
  const names = text.split(";").filter(Boolean);
  return new Map(names.map((field, i) => [field.slice(2), { kind: field[0], offset: 4 * i }]));
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const pages = Math.ceil(bytes / PAGE);
  const gib = (bytes / 2 ** 30).toFixed(1);
  if (pages > MAX_PAGES)
    throw new UsageError(
      `an SAE of this size needs ${gib} GiB in WebAssembly, which has 4 GiB at most: build the native kernels (npm run build:native), or use a smaller d_sae or fewer tokens per batch`,
    );
  const more = pages - memory.buffer.byteLength / PAGE;
  try {
    if (more > 0) memory.grow(more);
  } catch (cause) {
    throw new Error(`no memory for the SAE: ${gib} GiB could not be had`, { cause });
  }
}
