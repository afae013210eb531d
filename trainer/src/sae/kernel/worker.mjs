// One thread of the kernel. Plain JavaScript, so that it starts with no loader in every host.
import { parentPort, workerData } from "node:worker_threads";

const { module, memory, stack_top, state, thread, phases, parts, control, slots } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.__stack_pointer.value = stack_top;

const next = () => Atomics.add(control, slots.next_part, 1);
let generation = 0;
parentPort.postMessage("ready");
for (;;) {
  Atomics.wait(control, slots.generation, generation);
  if (Atomics.load(control, slots.generation) === generation) continue;
  generation = Atomics.load(control, slots.generation);
  if (control[slots.phase] < 0) break;
  const run = exports[phases[control[slots.phase]]];
  try {
    for (let part = next(); part < parts; part = next()) run(state, part, thread);
  } catch {
    Atomics.store(control, slots.failed, 1);
  }
  if (Atomics.sub(control, slots.pending, 1) === 1) Atomics.notify(control, slots.pending);
}
