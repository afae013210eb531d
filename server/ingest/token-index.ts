import "server-only";
import type { ClientBase } from "pg";
import type { Report } from "trainer/bundle";
import { examplesLayout, unpack } from "../packed.ts";
import { packEntries } from "../token-entries.ts";
import type { Rows } from "./blocks.ts";
import { partitionName } from "./partitions.ts";
import { type Peaks, TokenCounts } from "./token-counts.ts";

type Options = { revision_id: number; d_sae: number; report: Report; signal: AbortSignal };

/** Examples whose contexts lie beyond so many tokens are not counted; no real dashboard comes near. */
const MOST_TOKENS = 2 ** 26;
const AT_A_TIME = 256;
const ROWS_AT_A_TIME = 1000;

/**
 * Counts on which tokens the features of a revision fire in their examples, from its own tables, which
 * may yet stand alone. It needs a transaction.
 */
export async function countTokens(client: ClientBase, options: Options): Promise<TokenCounts> {
  const { revision_id, d_sae, report, signal } = options;
  const contexts = await readContexts(client, revision_id);
  const most = await readMaxima(client, revision_id);
  const counts = new TokenCounts();
  let done = 0;
  const table = partitionName("feature_examples", revision_id);
  const rows = read<{ feature: number; examples: Uint8Array }>(
    client,
    `SELECT feature, examples FROM "${table}"`,
  );
  for await (const block of rows) {
    signal.throwIfAborted();
    for (const { feature, examples } of block)
      counts.add(feature, peaksOf(examples, contexts), most.get(feature) ?? 0);
    done += block.length;
    report({ stage: "index tokens", done, total: d_sae, unit: "features" });
  }
  return counts;
}

/** The rows of the index. */
export async function* indexRows(revision_id: number, counts: TokenCounts): Rows<"token_features"> {
  let rows = [];
  for (const { token_id, features, kept } of counts.entries()) {
    rows.push({ revision_id, token_id, features, entries: packEntries(kept) });
    if (rows.length === ROWS_AT_A_TIME) {
      yield rows;
      rows = [];
    }
  }
  yield rows;
}

function peaksOf(packed: Uint8Array, contexts: Map<number, Int32Array>): Peaks {
  const peaks: Peaks = new Map();
  for (const { context, window_start, activations } of unpack(examplesLayout, packed)) {
    const tokens = contexts.get(context);
    if (!tokens) continue;
    for (const [i, activation] of activations.entries()) {
      const token = tokens[window_start + i];
      if (activation > 0 && token !== undefined && activation > (peaks.get(token)?.activation ?? 0))
        peaks.set(token, { activation, context, position: window_start + i });
    }
  }
  return peaks;
}

async function readContexts(
  client: ClientBase,
  revision_id: number,
): Promise<Map<number, Int32Array>> {
  const contexts = new Map<number, Int32Array>();
  let tokens = 0;
  const table = partitionName("context", revision_id);
  const rows = read<{ context: number; tokens: number[] }>(
    client,
    `SELECT context, tokens FROM "${table}"`,
  );
  for await (const block of rows)
    for (const row of block) {
      tokens += row.tokens.length;
      if (tokens <= MOST_TOKENS) contexts.set(row.context, Int32Array.from(row.tokens));
    }
  return contexts;
}

async function readMaxima(client: ClientBase, revision_id: number): Promise<Map<number, number>> {
  const { rows } = await client.query<[number, number]>({
    text: `SELECT index, max_activation FROM "${partitionName("feature", revision_id)}"`,
    rowMode: "array",
  });
  return new Map(rows);
}

/** The rows of a query, some at a time. */
async function* read<Row extends object>(client: ClientBase, query: string): AsyncGenerator<Row[]> {
  await client.query(`DECLARE read_rows NO SCROLL CURSOR FOR ${query}`);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${AT_A_TIME} FROM read_rows`);
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query("CLOSE read_rows");
}
