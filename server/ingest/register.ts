import "server-only";
import type { ClientBase } from "pg";
import { BundleError, evaluation, type Manifest } from "trainer/bundle";
import { reservedDictionarySlugs, reservedModelSlugs } from "@/lib/routes.ts";
import type { Visibility } from "@/lib/views.ts";
import { packVocabulary } from "../vocabulary.ts";
import type { TarredFile } from "./canonical-tar.ts";
import { type Documents, readTokens } from "./documents.ts";
import type { Loaded } from "./load.ts";

/** An address of the hub's own, or one that the feature pages need, cannot be a bundle's. */
export function checkSlugs({ model_id, name }: Manifest): void {
  if (reservedModelSlugs.includes(model_id))
    throw new BundleError(`manifest.json: model_id ${model_id} is an address of the hub itself`);
  if (reservedDictionarySlugs.includes(name))
    throw new BundleError(`manifest.json: name ${name} is an address of the hub itself`);
}

/** A model's id stands for one set of weights and one tokenizer. */
export async function checkModel(client: ClientBase, manifest: Manifest): Promise<void> {
  const { model, tokenizer_sha256 } = manifest.provenance;
  const { rows } = await client.query<{ weights_sha256: string; tokenizer_sha256: string }>(
    `SELECT weights_sha256, tokenizer_sha256 FROM model
     JOIN vocabulary ON vocabulary.id = model.vocabulary_id WHERE slug = $1`,
    [model.id],
  );
  const known = rows[0];
  if (!known) return;
  const refuse = (what: string, found: string, expected: string) =>
    new BundleError(
      `manifest.json: the hub knows model ${model.id} with another ${what} ` +
        `(sha256 ${expected.slice(0, 12)}…, here ${found.slice(0, 12)}…); give this one another id`,
    );
  if (known.weights_sha256 !== model.weights_sha256)
    throw refuse("set of weights", model.weights_sha256, known.weights_sha256);
  if (known.tokenizer_sha256 !== tokenizer_sha256)
    throw refuse("tokenizer", tokenizer_sha256, known.tokenizer_sha256);
}

/** A dictionary's name is its owner's: only they and maintainers add a revision. */
export async function checkOwner(
  client: ClientBase,
  { model_id, name }: Pick<Manifest, "model_id" | "name">,
  user_id: string | null,
): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM dictionary JOIN model ON model.id = model_id
     WHERE model.slug = $1 AND dictionary.slug = $2 AND owner_id IS DISTINCT FROM $3
       AND NOT EXISTS (SELECT 1 FROM "user" WHERE id = $3 AND role = 'maintainer')`,
    [model_id, name, user_id],
  );
  if (rowCount !== 0)
    throw new BundleError(
      `manifest.json: name ${name} is taken by another's dictionary of ${model_id}; give yours another name`,
    );
}

export type Registration = {
  dir: string;
  manifest: Manifest;
  manifest_sha256: string;
  revision_id: number;
  documents: Documents;
  loaded: Loaded;
  files: TarredFile[];
  bundle_bytes: number;
  by: { user_id: string | null; visibility: Visibility };
};

/** Inserts the rows that the partitions hang on, and on first sight the model and its vocabulary. */
export async function register(client: ClientBase, given: Registration): Promise<void> {
  const { manifest, revision_id, documents, loaded } = given;
  await checkModel(client, manifest);
  const model_id = await modelId(client, given);
  const dictionary_id = await idOf(
    client,
    "SELECT id FROM dictionary WHERE model_id = $1 AND slug = $2",
    "INSERT INTO dictionary (model_id, slug, owner_id, visibility) VALUES ($1, $2, $3, $4) RETURNING id",
    [model_id, manifest.name],
    [given.by.user_id, given.by.visibility],
  );
  await checkOwner(client, manifest, given.by.user_id);
  await client.query("DELETE FROM tombstone WHERE model = $1 AND slug = $2", [
    manifest.model_id,
    manifest.name,
  ]);
  await client.query(
    `INSERT INTO revision (id, dictionary_id, manifest_sha256, weights_from, cfg, manifest,
       evaluation, training, histograms, alive, suggested_feature, bundle_bytes)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      revision_id,
      dictionary_id,
      given.manifest_sha256,
      await weightsFrom(client, given, dictionary_id),
      documents.cfg,
      documents.manifest,
      documents.evaluation,
      documents.training,
      JSON.stringify(loaded.histograms),
      loaded.alive,
      loaded.suggested_feature,
      given.bundle_bytes,
    ],
  );
  for (const { name, bytes, sha256, offset } of given.files)
    await client.query(
      `INSERT INTO revision_file (revision_id, name, bytes, sha256, "offset")
       VALUES ($1, $2, $3, $4, $5)`,
      [revision_id, name, bytes, sha256, offset],
    );
  await registerSources(client, given);
}

/** The dictionary's first revision with the same weights, which may be this one. */
async function weightsFrom(
  client: ClientBase,
  { revision_id, files }: Registration,
  dictionary_id: number,
): Promise<number> {
  const weights = files.find(({ name }) => name === "sae_weights.safetensors");
  const { rows } = await client.query<{ first: number | null }>(
    `SELECT min(revision.id) AS first FROM revision
     JOIN revision_file ON revision_id = revision.id AND name = 'sae_weights.safetensors'
     WHERE dictionary_id = $1 AND sha256 = $2`,
    [dictionary_id, weights?.sha256],
  );
  return rows[0]?.first ?? revision_id;
}

/** The dictionaries that the bundle's features were connected from. */
async function registerSources(
  client: ClientBase,
  { revision_id, documents }: Registration,
): Promise<void> {
  const { connections } = evaluation.parse(JSON.parse(documents.evaluation)).experiments;
  for (const [from, { name, hook_name, weights_sha256 }] of (connections?.sources ?? []).entries())
    await client.query(
      `INSERT INTO connection_source (revision_id, "from", name, hook_name, weights_sha256)
       VALUES ($1, $2, $3, $4, $5)`,
      [revision_id, from, name, hook_name, weights_sha256],
    );
}

async function modelId(client: ClientBase, { dir, manifest }: Registration): Promise<number> {
  const { model, tokenizer_sha256 } = manifest.provenance;
  const known = await client.query<{ id: number }>("SELECT id FROM model WHERE slug = $1", [
    model.id,
  ]);
  if (known.rows[0]) return known.rows[0].id;
  await client.query(
    "INSERT INTO vocabulary (tokenizer_sha256, tokens) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    [tokenizer_sha256, packVocabulary(await readTokens(dir))],
  );
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO model (slug, weights_sha256, n_layers, d_model, d_vocab, vocabulary_id)
     SELECT $1, $2, $3, $4, $5, id FROM vocabulary WHERE tokenizer_sha256 = $6 RETURNING id`,
    [
      model.id,
      model.weights_sha256,
      model.n_layers,
      model.d_model,
      model.d_vocab,
      tokenizer_sha256,
    ],
  );
  return (rows[0] as { id: number }).id;
}

async function idOf(
  client: ClientBase,
  select: string,
  insert: string,
  values: unknown[],
  more: unknown[],
): Promise<number> {
  const known = await client.query<{ id: number }>(select, values);
  const { rows } = known.rows[0]
    ? known
    : await client.query<{ id: number }>(insert, [...values, ...more]);
  return (rows[0] as { id: number }).id;
}
