import "server-only";
import type { z } from "zod";
import * as answers from "../neuronpedia/answers.ts";
import * as bodies from "../neuronpedia/bodies.ts";
import type { Operation } from "./operations.ts";

const { explanationBodies } = bodies;

/** What is answered at Neuronpedia's own addresses, below /api. */
export const neuronpediaOperations: Operation[] = [
  {
    root: "/api",
    method: "get",
    path: "/feature/{model}/{layer}/{index}",
    summary: "One feature with all its examples, as Neuronpedia answers it",
    status: 200,
    answer: answers.featureAnswer,
  },
  ask("/activation/get", "Its examples alone", bodies.named, answers.activationsAnswer),
  ask(
    "/activation/new",
    "What a feature does along a text, computed now",
    bodies.activationNewBody,
    answers.activationNewAnswer,
  ),
  ask(
    "/activation/source",
    "Every feature that is active on a text, computed now",
    bodies.activationSourceBody,
    answers.activationSourceAnswer,
  ),
  ask(
    "/search-all",
    "The features that fire most on a text, computed now",
    bodies.searchAllBody,
    answers.searchAllAnswer,
  ),
  ask(
    "/search-topk-by-token",
    "Of each token of a text the features that fire most on it, computed now",
    bodies.searchTopkBody,
    answers.searchTopkAnswer,
  ),
  ...(
    [
      ["/explanation/search", "Features of some sources by label", explanationBodies.layers],
      ["/explanation/search-model", "Features of a model by label", explanationBodies.model],
      ["/explanation/search-release", "Of dictionaries of a name", explanationBodies.release],
      ["/explanation/search-all", "Features by label", explanationBodies.all],
    ] as const
  ).map(([path, summary, body]) => ask(path, summary, body, answers.explanationsAnswer)),
  ask(
    "/cossim",
    "The features of a source whose directions are nearest to a feature's",
    bodies.cossimBody,
    answers.cossimAnswer,
  ),
  ask("/umap", "Where features with labels lie on the map", bodies.umapBody, answers.umapAnswer),
];

/** It changes nothing, so anybody may send it. */
function ask(path: string, summary: string, body: z.ZodType, answer: z.ZodType): Operation {
  return { root: "/api", method: "post", path, summary, body, open: true, status: 200, answer };
}
