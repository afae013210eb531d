import { totalmem } from "node:os";
import { UsageError } from "../bundle/index.ts";
import { kernelName, mostKernelBytes } from "../sae/kernel/kernel.ts";
import { bufferRows, streamKey } from "../train/batches.ts";
import {
  briefMemory,
  streamMemory,
  type TrainingMemory,
  totalOf,
  trainingMemory,
} from "../train/memory.ts";
import { type RunConfig, threadsOf } from "./config.ts";

/** What one dictionary needs while it is trained, in bytes. */
export type Need = {
  name: string;
  config: RunConfig;
  memory: TrainingMemory;
  bytes: number;
  /** besides, for a moment */
  brief: number;
  /** those with the same share one stream of batches, and so its memory */
  stream: string;
  stream_bytes: number;
};

/** Rows of text that a run can have at most. */
const mostRows = ({ max_tokens, harvest_tokens }: RunConfig) =>
  Math.min(max_tokens ?? Number.POSITIVE_INFINITY, harvest_tokens ?? Number.POSITIVE_INFINITY);

export function needOf(
  name: string,
  config: RunConfig,
  widthAt: (hook_name: string) => number,
): Need {
  const { hook_name, hook_name_out } = config;
  const d_out = hook_name_out === null ? null : widthAt(hook_name_out);
  const widths = { d_in: widthAt(hook_name), d_out };
  const { sae_kernel } = config;
  const memory = trainingMemory(config, widths, { threads: threadsOf(config), sae_kernel });
  return {
    name,
    config,
    memory,
    bytes: totalOf(memory),
    brief: briefMemory(config, widths),
    stream: `${hook_name} ${hook_name_out} ${streamKey(config)}`,
    stream_bytes: streamMemory(config, widths, config.activation_dtype, mostRows(config)),
  };
}

/** What dictionaries need that are trained together: streams once, and what is needed for a moment of one at a time. */
export function needOfAll(needs: Need[]): number {
  const streams = new Map(needs.map(({ stream, stream_bytes }) => [stream, stream_bytes]));
  const kept = needs.reduce((sum, { bytes }) => sum + bytes, 0);
  const brief = Math.max(0, ...needs.map((need) => need.brief));
  return kept + [...streams.values()].reduce((sum, bytes) => sum + bytes, 0) + brief;
}

/** Bytes to train in: what was asked for, else nine tenths of what the machine, or its container, has. */
export function trainingBudget({ memory_limit_gb }: Pick<RunConfig, "memory_limit_gb">): number {
  if (memory_limit_gb !== null) return memory_limit_gb * 1e9;
  const container = process.constrainedMemory() ?? 0;
  return 0.9 * (container > 0 ? Math.min(container, totalmem()) : totalmem());
}

/** Consecutive dictionaries that fit together, as many as do; one that does not fit alone is refused. */
export function groupsWithin(needs: Need[], budget: number): Need[][] {
  const groups: Need[][] = [];
  for (const need of needs) {
    refuseTooLarge(need, budget);
    const last = groups.at(-1);
    if (last && needOfAll([...last, need]) <= budget) last.push(need);
    else groups.push([need]);
  }
  return groups;
}

function refuseTooLarge(need: Need, budget: number): void {
  const alone = needOfAll([need]);
  const most = mostKernelBytes(need.config.sae_kernel);
  if (alone <= budget && need.bytes <= most) return;
  const limit =
    alone > budget
      ? `there are ${gigabytes(budget)} to train in`
      : `${kernelName(need.config.sae_kernel)} can have ${gigabytes(most)}: npm run build:native makes kernels that can have more`;
  throw new UsageError(`${need.name}: ${needLine(need)}; ${limit}; ${advice(need)}`);
}

/** Which setting the most of it comes from. */
function advice({ memory, brief, stream_bytes, config }: Need): string {
  const { weights, moments, gradients, entries, buffers, threads } = memory;
  const parts = [
    { bytes: weights + moments + gradients + brief, setting: `d_sae (${config.d_sae})` },
    {
      bytes: entries + buffers,
      setting: `train_batch_tokens (${config.train_batch_tokens}) or d_sae (${config.d_sae})`,
    },
    { bytes: threads, setting: `threads (${threadsOf(config)})` },
    { bytes: stream_bytes, setting: `buffer_tokens (${bufferRows(config)})` },
  ];
  const [largest] = parts.sort((a, b) => b.bytes - a.bytes);
  return `lower ${largest.setting}`;
}

/** "takes 1.24 GB of memory (weights 0.50 GB, moments 0.50 GB, …)" */
export function needLine(need: Need): string {
  const { memory, stream_bytes, brief } = need;
  const parts = { ...memory, shuffling: stream_bytes, "for a moment": brief };
  const listed = there(parts).map(([name, bytes]) => `${name} ${gigabytes(bytes)}`);
  return `takes ${gigabytes(needOfAll([need]))} of memory (${listed.join(", ")})`;
}

/** What will be needed when, before it is: each group, and each dictionary in it. */
export function groupLines(groups: Need[][], budget: number): string[] {
  const all = groups.flat();
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  const of = `of ${gigabytes(budget)} to train in`;
  const lines = groups.flatMap((group, i) => [
    `memory: ${gigabytes(needOfAll(group))} ${of}${groups.length > 1 ? `, group ${i + 1} of ${groups.length}` : ""}: ${group.length} dictionaries, shuffling ${gigabytes(streamsOf(group))}, for a moment ${gigabytes(Math.max(...group.map(({ brief }) => brief)))}`,
    ...group.map(({ name, bytes, memory }) => {
      const parts = there(memory).map(([part, size]) => `${part} ${gigabytes(size)}`);
      return `  ${name.padEnd(width)}   ${gigabytes(bytes)}   ${parts.join("   ")}`;
    }),
  ]);
  return groups.length > 1
    ? [...lines, "memory: the groups are trained one after the other, over the same activations"]
    : lines;
}

function there(parts: Record<string, number>): [string, number][] {
  return Object.entries(parts).filter(([, bytes]) => bytes > 0);
}

function streamsOf(group: Need[]): number {
  return needOfAll(group.map((need) => ({ ...need, bytes: 0, brief: 0 })));
}

function gigabytes(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
