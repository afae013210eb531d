import { BundleError } from "../bundle/index.ts";
import { afterRelu } from "./derived.ts";
import type { Said, TakenWeights } from "./described.ts";
import type { Run } from "./dictionary-learning.ts";
import { dictionaryClasses } from "./dictionary-learning-classes.ts";
import { countAt, numberAt, valueAt } from "./inside.ts";
import { kinds } from "./keys.ts";

type Rule = { run: Run; weights: TakenWeights; said: Said; because: string };

/** The rule by which features are chosen, as encode() does when nothing else is asked of it; k in training. */
export function sayRule({ run, weights, said, because }: Rule): number | null {
  const { classes, opened, prefix } = run;
  const { architecture, trained } = dictionaryClasses[classes[0]];
  if (classes[0] === "AutoEncoder")
    said.notes.push(
      "AutoEncoder.from_pretrained() divides directions by their norms and multiplies the encoder by them: the same reconstruction; activations here are as they are stored",
    );
  if (weights.threshold)
    weights.threshold = { ...weights.threshold, tensor: afterRelu(weights.threshold.tensor) };
  if (!trained.endsWith("topk")) {
    said.sayAll({ architecture, k: null }, because);
    return null;
  }
  const k = readK(run);
  const threshold = Number((numberAt(opened, `${prefix}threshold`) ?? -1).toPrecision(7));
  const isSet = threshold >= 0;
  if (!isSet) delete weights.threshold;
  if (classes.length > 1)
    said.notes.push(
      `its tensors are those of AutoEncoderTopK (the ${k} largest are kept) and of BatchTopKSAE (what is above the threshold, ${isSet ? threshold : "which was never set"}) alike, and no config.json says which it is`,
    );
  else if (trained === "topk") {
    delete weights.threshold;
    said.say("architecture", architecture, because);
    if (k !== null) said.say("k", k, `k is ${k}, in the file or its config`);
    if (isSet)
      said.notes.push(
        `there is a threshold, ${threshold}, too, which encode() uses on request alone`,
      );
  } else if (isSet) {
    said.sayAll({ architecture, k: null }, because);
    said.notes.push(
      `trained to k ${k} on average over a batch; encode() uses one threshold, ${threshold}, for all features`,
    );
  } else
    said.notes.push(
      `the threshold was never set (${threshold}), and ${classes[0]} would let every positive activation through: choose topk with k ${k} for each token, or standard, which is what it does`,
    );
  return k;
}

/** The buffer k, with which a config that says otherwise is a BundleError, as in from_pretrained(). */
function readK({ opened, prefix, trainer }: Run): number | null {
  const stored = countAt(opened, `${prefix}k`);
  const said = trainer.read("k", kinds.size);
  if (stored !== undefined && said !== undefined && stored !== said)
    throw new BundleError(
      `${opened.file.path}: ${prefix}k: found ${stored}, expected ${said} (${trainer.says("k")})`,
    );
  return stored ?? said ?? null;
}

/**
 * Training may divide activations by norm_factor. Files of a finished run have it multiplied into their biases, and
 * those that training goes on from have not.
 */
export function sayScale({ whole, prefix, trainer }: Run, said: Said): void {
  if (prefix === "") {
    const folded = trainer.read("norm_factor", kinds.scale);
    if (folded === undefined)
      said.say("input_scale", 1, "biases are saved for activations as they are");
    else {
      said.say(
        "input_scale",
        1,
        `${trainer.says("norm_factor")}, which is multiplied into the biases when ae.pt is saved`,
      );
      said.notes.push(
        `where a script of somebody's own saved ae.pt without scale_biases(norm_factor), input_scale is ${1 / folded}`,
      );
    }
    return;
  }
  said.notes.push(
    `a checkpoint in mid-training (step ${valueAt(whole, "step") ?? "not said"}): ae.pt holds step, ae and config until the run is done`,
  );
  const factor = numberAt(whole, "norm_factor");
  if (factor === undefined) {
    said.say("input_scale", 1, `${whole.file.path}: there is no norm_factor`);
    return;
  }
  if (!(factor > 0 && Number.isFinite(factor)))
    throw new BundleError(
      `${whole.file.path}: norm_factor: found ${factor}, expected a number > 0`,
    );
  const goesOn = [...whole.tensors.keys(), ...whole.values.keys()].some((name) =>
    /^optimizer(\.|$)/.test(name),
  );
  if (goesOn)
    said.say(
      "input_scale",
      1 / factor,
      `${whole.file.path}: norm_factor is ${factor}, by which training divides activations; with the optimizer beside it, it is not in the biases yet`,
    );
  else
    said.notes.push(
      `norm_factor is ${factor}, and without the optimizer nothing says whether it is in the biases (input_scale 1) or not (input_scale ${1 / factor})`,
    );
}
