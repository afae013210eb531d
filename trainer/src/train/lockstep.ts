import { setImmediate } from "node:timers/promises";
import { isDiskFull } from "../activations/disk.ts";
import type { ActivationSource, Batch } from "../activations/source.ts";
import type { Sae } from "../sae/sae.ts";
import { batchesOf, firstRows, streamKey } from "./batches.ts";
import { DivergedError } from "./loop.ts";
import type { TrainSettings } from "./settings.ts";
import { openTrainingRun, type TrainingRun, type TrainingRunInput } from "./training-run.ts";

/** A training that may go on beside others. */
export type TrainingTask = {
  settings: TrainSettings;
  input: Omit<TrainingRunInput, "first" | "source"> & { source: ActivationSource };
  /** told once: what is written is whole, or the loss went beyond all measure */
  end: { finished(sae: Sae): void; diverged(error: DivergedError): void };
};

type Member = { run: TrainingRun; end: TrainingTask["end"] };

/** Batches, and who takes them. */
type Stream = { batches: AsyncGenerator<Batch>; taken: number; members: Set<Member> };

/**
 * Trains SAEs step by step together. Those that would see the same batches take them from one
 * stream, so that each chunk of activations is read once; each ends with the bytes that it would
 * have alone. Those that go on from a checkpoint join in where they were. One that diverges is left
 * out from there on.
 */
export async function trainTogether(
  trainings: TrainingTask[],
  signal?: AbortSignal,
): Promise<void> {
  const streams: Stream[] = [];
  const live = new Set<Member>();
  try {
    for (const alike of byStream(trainings)) {
      const stream = await openStream(alike, live);
      if (stream) streams.push(stream);
    }
    while (live.size > 0)
      for (const stream of streams.filter(({ members }) => members.size > 0)) {
        const batch = await nextOf(stream, live);
        await stepAll(stream, batch, live);
        await setImmediate(); // steps block: Ctrl-C and timers get their turn between them
        if (signal?.aborted) saveAll(live);
        signal?.throwIfAborted();
      }
  } finally {
    for (const { batches } of streams) await batches.return(undefined);
    for (const { run } of live) await run.dispose();
  }
}

function byStream(trainings: TrainingTask[]): TrainingTask[][] {
  const groups = new Map<ActivationSource, Map<string, TrainingTask[]>>();
  for (const training of trainings) {
    const { settings, input } = training;
    const ofSource = groups.get(input.source) ?? new Map<string, TrainingTask[]>();
    groups.set(input.source, ofSource);
    const key = streamKey(settings);
    ofSource.set(key, [...(ofSource.get(key) ?? []), training]);
  }
  return [...groups.values()].flatMap((ofSource) => [...ofSource.values()]);
}

/** Trainings that see the same batches, and these from the first that one of them has yet to see; null when none has. */
async function openStream(alike: TrainingTask[], live: Set<Member>): Promise<Stream | null> {
  const [{ settings, input }] = alike;
  let first: Promise<Batch> | undefined;
  const members = new Set<Member>();
  for (const training of alike) {
    const run = await openTrainingRun(training.settings, {
      ...training.input,
      first: () => {
        first ??= firstRows(settings, input.source);
        return first;
      },
    });
    const member = { run, end: training.end };
    live.add(member);
    members.add(member);
    if (run.steps_done === run.steps) await finish(member, members, live);
  }
  if (members.size === 0) return null;
  const taken = Math.min(...[...members].map(({ run }) => run.steps_done));
  return { batches: batchesOf(settings, input.source, taken), taken, members };
}

/** The next batch; when it cannot be had, all are saved where they are. */
async function nextOf({ batches }: Stream, live: Set<Member>): Promise<Batch> {
  try {
    return (await batches.next()).value as Batch;
  } catch (error) {
    saveAll(live);
    throw error;
  }
}

/** Where the disk is full, which may be why training stops, it will go on from the checkpoint before. */
function saveAll(live: Set<Member>): void {
  try {
    for (const { run } of live) run.save();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** A step of each member whose turn the batch is. */
async function stepAll(stream: Stream, batch: Batch, live: Set<Member>): Promise<void> {
  for (const member of [...stream.members]) {
    const { run } = member;
    if (run.steps_done > stream.taken) continue;
    try {
      run.step(batch);
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      await leave(member, stream.members, live);
      member.end.diverged(error);
      continue;
    }
    if (run.steps_done === run.steps) await finish(member, stream.members, live);
  }
  stream.taken++;
}

async function finish(member: Member, ...groups: Set<Member>[]): Promise<void> {
  const sae = await member.run.finish();
  await leave(member, ...groups);
  member.end.finished(sae);
}

async function leave(member: Member, ...groups: Set<Member>[]): Promise<void> {
  for (const members of groups) members.delete(member);
  await member.run.dispose();
}
