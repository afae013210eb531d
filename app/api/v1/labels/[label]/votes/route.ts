import { allowWrite } from "@/server/access.ts";
import { voteLabel } from "@/server/changes/labels.ts";
import { jsonRoute, type Params } from "@/server/http.ts";
import { idOf } from "@/server/queries/find-feature.ts";

type Named = Params<{ label: string }>;

export const POST = vote(true);
export const DELETE = vote(false);

function vote(agree: boolean) {
  return jsonRoute(async (request, { params }: Named) => {
    const user = await allowWrite(request, { scope: "write" });
    const id = idOf((await params).label);
    return id === null ? null : voteLabel(user, id, { agree });
  });
}
