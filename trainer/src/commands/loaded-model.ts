import { openDevice } from "../model/devices/device.ts";
import { loadModel, type Model } from "../model/model.ts";
import type { ModelSource } from "../text/model-source.ts";
import { threadsOf } from "./config.ts";
import { modelOf } from "./run-model.ts";
import type { TrainerRun } from "./stage-verb.ts";
import type { Context } from "./verb.ts";

/** A run's model on the device it asks for, which is refused before anything is fetched. */
export async function loadedModel(
  run: TrainerRun,
  context: Context,
): Promise<{ model: Model; source: ModelSource }> {
  const { device, precision } = run.config;
  await openDevice(device, precision);
  const source = await modelOf(run, context);
  const where = { threads: threadsOf(run.config), device, precision };
  const model = await loadModel(source.dir, { ...context, ...where, id: source.id });
  return { model, source };
}
