import { z } from "zod";
import { sweepSubmission } from "../../bundle/index.ts";
import { withConfigFile } from "../config-file.ts";
import { checkConfig } from "../flags.ts";
import { parseUrl, readToken } from "../hub.ts";
import { tell, toHubError } from "../report/hub-link.ts";
import type { Outcome } from "../verb.ts";
import { type SweepConfig, sharedSweep, sweepConfig, toLists } from "./config.ts";
import { gridPoints, groupsOf } from "./grid.ts";
import { sweepName } from "./live.ts";

const submitted = z.object({ groups: z.int(), address: z.string() });

/** Sends a grid to a hub's queue, a group for each hook, for any number of workers to train. */
export async function submitSweep(
  dir: string,
  given: Record<string, unknown>,
  to: string,
): Promise<Outcome> {
  const hub = parseUrl(to);
  const values = toLists(withConfigFile(sweepConfig, given));
  const config = checkConfig(sweepConfig, values) as unknown as SweepConfig;
  const body = sweepSubmission.parse({
    name: sweepName(dir),
    groups: groupsOf(config).map((group) => ({
      name: group.hook_name[0],
      // widths are known where the model is: for their number any will do
      dictionaries: gridPoints(group, () => 1).length,
      config: sharedSweep(group),
    })),
  });
  const url = new URL("/api/v1/sweeps", hub);
  const { groups, address } = await tell(url, readToken(config.token), body, submitted).catch(
    (error) => {
      throw toHubError(hub, error);
    },
  );
  const page = new URL(address, hub).href;
  const text = `queued in ${groups} groups: ${page}\n\nTo train it, on any number of machines: npx trainer worker --hub ${hub.origin}`;
  return { text, data: { name: body.name, groups, address: page } };
}
