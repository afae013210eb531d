import type { DatapointRecord, Report } from "../../bundle/index.ts";
import { batchContexts, type MeasureInput } from "../../evaluate/measure.ts";
import type { Encoder } from "../../sae/encoder.ts";
import { selectRows, type Tensor } from "../../tensor/tensor.ts";

export type GatherInput = Pick<
  MeasureInput,
  "model" | "tokens" | "hook_name" | "hook_name_out" | "signal"
> & {
  encoder: Pick<Encoder, "encode" | "decode">;
  report: Report;
};

type Place = Pick<DatapointRecord, "context" | "position">;

/** x, or x − x̂ (of a transcoder y − ŷ), at each of the datapoints, which are in order of context: [n, d] */
export async function gather(
  over: "x" | "error",
  datapoints: Place[],
  { model, tokens, hook_name, hook_name_out, encoder, report, signal }: GatherInput,
): Promise<Tensor> {
  const { context_size } = tokens;
  const size = batchContexts(context_size);
  const target = hook_name_out ?? hook_name;
  const hooks = over === "x" ? [hook_name] : [...new Set([hook_name, target])];
  const blocks: Tensor[] = [];
  for (let from = 0; from < datapoints.length; ) {
    signal?.throwIfAborted();
    const first = datapoints[from].context;
    const after = datapoints.findIndex(({ context }, i) => i > from && context >= first + size);
    const to = after < 0 ? datapoints.length : after;
    const n = datapoints[to - 1].context + 1 - first;
    const at = await model.hooks(tokens.contexts(first, first + n), [n, context_size], hooks);
    const which = Int32Array.from(
      datapoints.slice(from, to),
      ({ context, position }) => (context - first) * context_size + position,
    );
    const rowsAt = (hook: string) => selectRows(at[hook], which);
    blocks.push(
      over === "x" ? rowsAt(hook_name) : errorOf(rowsAt(hook_name), rowsAt(target), encoder),
    );
    from = to;
    report({ stage: over, done: from, total: datapoints.length, unit: "datapoints" });
  }
  const width = blocks[0]?.shape[1] ?? 0;
  const data = new Float32Array(datapoints.length * width);
  let at = 0;
  for (const block of blocks) {
    data.set(block.data, at);
    at += block.data.length;
  }
  return { shape: [datapoints.length, width], data };
}

function errorOf(x: Tensor, y: Tensor, encoder: GatherInput["encoder"]): Tensor {
  const xHat = encoder.decode(encoder.encode(x), x);
  return { shape: y.shape, data: y.data.map((value, i) => value - xHat.data[i]) };
}
