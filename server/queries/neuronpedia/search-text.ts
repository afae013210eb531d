import "server-only";
import type { Viewer } from "@/lib/views.ts";
import type { SearchAllBody, SearchTopkBody } from "../../neuronpedia/bodies.ts";
import { describeSource } from "./described.ts";
import { alongText, valuesOf } from "./live-text.ts";
import { neuronsOf } from "./neurons.ts";
import { explanationsOf } from "./said.ts";
import { needSource, type Source } from "./source.ts";

/** Features that fire most on a text, of one source or of several, by their largest activation or by a sum. */
export async function searchAll(
  viewer: Viewer,
  body: SearchAllBody,
  takeTurn: () => Promise<void>,
  signal: AbortSignal,
) {
  const { modelId, sortIndexes, numResults, densityThreshold } = body;
  const ids = body.selectedLayers.length > 0 ? body.selectedLayers : [body.sourceSet];
  const sources = await Promise.all(ids.map((id) => needSource(viewer, modelId, id)));
  await takeTurn();
  // what is among the n largest of a text is among the n largest where it is largest; a sum may be of lesser ones
  const strongest = sortIndexes.length > 1 ? "all" : numResults;
  const { tokens, dictionaries } = await alongText(sources, body.text, { strongest }, signal);
  const hits = dictionaries
    .flatMap(({ features }, i) =>
      features.map((feature) => {
        const along = valuesOf(feature, tokens.length);
        const sum = sortIndexes.reduce((total, at) => total + (along.values[at] ?? 0), 0);
        const by = sortIndexes.length > 0 ? sum : along.maxValue;
        return { source: sources[i] as Source, index: feature.index, by, ...along };
      }),
    )
    .filter(({ by, maxValueTokenIndex }) => by > 0 && !(body.ignoreBos && maxValueTokenIndex === 0))
    .sort((a, b) => b.by - a.by)
    .slice(0, numResults);
  const neurons = await describedNeurons(hits);
  const result = hits.flatMap(({ source, index, values, maxValue, maxValueTokenIndex }) => {
    const neuron = neurons.get(source)?.get(index);
    if (!neuron || isDense(neuron.frac_nonzero, densityThreshold)) return [];
    const { layer } = source.about;
    const along = { values, maxValue, maxValueIndex: maxValueTokenIndex };
    return [{ modelId, layer, index: String(index), ...along, neuron }];
  });
  return { tokens, result, counts: dictionaries.map(({ l0 }) => l0), sortIndexes };
}

/** Of each token of a text the features that fire most on it. */
export async function searchTopkByToken(
  viewer: Viewer,
  { modelId, source: id, text, numResults, ignoreBos, densityThreshold }: SearchTopkBody,
  takeTurn: () => Promise<void>,
  signal: AbortSignal,
) {
  const source = await needSource(viewer, modelId, id);
  await takeTurn();
  const asked = { strongest: numResults };
  const { tokens, dictionaries } = await alongText([source], text, asked, signal);
  const [{ strongest, features } = { strongest: [], features: [] }] = dictionaries;
  const neurons = await describedNeurons(features.map(({ index }) => ({ source, index })));
  const valueAt = new Map(
    features.flatMap(({ index, positions, activations }) =>
      positions.map((at, i) => [`${index} ${at}`, activations[i] ?? 0] as const),
    ),
  );
  return {
    source: source.about.layer,
    results: tokens.map((token, position) => ({
      position,
      token,
      topFeatures: (ignoreBos && position === 0 ? [] : (strongest[position] ?? [])).flatMap(
        (featureIndex) => {
          const feature = neurons.get(source)?.get(featureIndex);
          if (!feature || isDense(feature.frac_nonzero, densityThreshold)) return [];
          const activationValue = valueAt.get(`${featureIndex} ${position}`) ?? 0;
          return [{ activationValue, featureIndex, feature }];
        },
      ),
    })),
  };
}

function isDense(density: number, threshold: number): boolean {
  return threshold !== -1 && density > threshold;
}

/** Features as searches answer them: with their strongest example, what people call them, and the model. */
async function describedNeurons(hits: { source: Source; index: number }[]) {
  const sources = [...new Set(hits.map(({ source }) => source))];
  const found = await Promise.all(
    sources.map(async (source) => {
      const indices = hits.filter((hit) => hit.source === source).map(({ index }) => index);
      const [neurons, explanations, { model }] = await Promise.all([
        neuronsOf(source, indices, 1),
        explanationsOf(source, indices),
        describeSource(source),
      ]);
      const described = [...neurons].map(([index, neuron]) => {
        return [index, { ...neuron, explanations: explanations.get(index) ?? [], model }] as const;
      });
      return [source, new Map(described)] as const;
    }),
  );
  return new Map(found);
}
