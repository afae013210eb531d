import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { describeSource } from "./described.ts";
import { neuronsOf } from "./neurons.ts";
import { commentsOn, explanationsOf, listsOf } from "./said.ts";
import { findIndex } from "./source.ts";

/** All of a feature; null if there is no such one that the viewer may see. */
export async function getNeuron(
  viewer: Viewer,
  named: { modelId: string; source: string; index: string },
) {
  const of = await findIndex(viewer, named);
  if (!of) return null;
  const { source, index } = of;
  const [neurons, described, lists, comments, explanations] = await Promise.all([
    neuronsOf(source, [index], Number.POSITIVE_INFINITY),
    describeSource(source),
    listsOf(viewer, source, index),
    commentsOn(viewer, source, index),
    explanationsOf(source, [index]),
  ]);
  const neuron = neurons.get(index);
  if (!neuron) return null;
  return {
    ...neuron,
    ...described,
    lists,
    comments,
    explanations: explanations.get(index) ?? [],
  };
}

/** Its examples alone; null where there are none. */
export async function getActivations(
  viewer: Viewer,
  named: { modelId: string; source: string; index: string },
) {
  const of = await findIndex(viewer, named);
  if (!of) return null;
  const neuron = (await neuronsOf(of.source, [of.index], Number.POSITIVE_INFINITY)).get(of.index);
  return neuron && neuron.activations.length > 0 ? neuron.activations : null;
}
