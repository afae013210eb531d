import "server-only";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BundleError } from "trainer/bundle";
import { bundledModel } from "@/lib/import-answer.ts";
import { db } from "../db.ts";
import { env } from "../env.ts";

/**
 * A model as the trainer takes it: what an answer names is a model that dictionaries of this hub name, one of
 * MODELS_DIR, or a repository; never a path of this machine.
 */
export async function childModel(name: string): Promise<string> {
  if (Object.values(bundledModel).includes(name)) return bundledModel.spec;
  const { DATA_DIR, MODELS_DIR } = env();
  const models = MODELS_DIR ?? join(DATA_DIR, "models");
  if (name.includes("/")) return name.includes("@") ? name : `${name}@main`;
  const folder = join(models, name);
  if (existsSync(folder)) return folder;
  const [known] = await db().$queryRaw<{ source: string; commit: string }[]>`
    SELECT manifest #>> '{provenance,model,source}' AS source,
      manifest #>> '{provenance,model,commit}' AS commit
    FROM revision JOIN dictionary ON dictionary.id = dictionary_id JOIN model ON model.id = model_id
    WHERE model.slug = ${name} AND manifest #>> '{provenance,model,source}' IS NOT NULL
    ORDER BY revision.id DESC LIMIT 1`;
  if (known) return `${known.source}@${known.commit}`;
  throw new BundleError(
    `the model ${name} is not installed on the hub's machine; name it as ORG/NAME of a model hub, or have its folder copied to ${folder}`,
  );
}

/** What the trainer said against a model that is not here, as what is to be done; null: it said something else. */
export function notInstalled(error: unknown, model: string): BundleError | null {
  const [repository] = model.split("@");
  const isMissing =
    error instanceof BundleError &&
    error.message.includes("HF_HUB_OFFLINE is set") &&
    error.message.includes(`${repository}`);
  if (!isMissing) return null;
  return new BundleError(
    `the model ${model} is not installed on the hub's machine; this fetches it: npx trainer model ${model}`,
    { cause: error },
  );
}
