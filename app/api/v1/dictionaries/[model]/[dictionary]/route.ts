import { allowWrite } from "@/server/access.ts";
import { dictionaryChange, revisionQuery } from "@/server/api/schemas.ts";
import { changeDictionary } from "@/server/changes/dictionary.ts";
import { removeDictionary } from "@/server/changes/remove-dictionary.ts";
import { jsonOf, jsonRoute, type Params, queryOf } from "@/server/http.ts";
import { getDictionary } from "@/server/queries/dictionaries.ts";
import { viewerOf } from "@/server/viewer.ts";

type Named = Params<{ model: string; dictionary: string }>;

export const GET = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const { revision } = queryOf(request, revisionQuery);
  return getDictionary(await viewerOf(request), model, dictionary, revision);
});

export const PATCH = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const user = await allowWrite(request, { scope: "write" });
  return changeDictionary(
    user,
    model,
    dictionary,
    await jsonOf(request, dictionaryChange, 2 ** 16),
  );
});

export const DELETE = jsonRoute(async (request, { params }: Named) => {
  const { model, dictionary } = await params;
  const user = await allowWrite(request, { scope: "write" });
  return removeDictionary(user, model, dictionary);
});
