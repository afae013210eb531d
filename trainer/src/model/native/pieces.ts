import { setImmediate } from "node:timers/promises";
import type { Engine } from "../engine.ts";
import type { Batch } from "../ops.ts";

/**
 * The engine, given a few contexts at a time: about `rows` tokens, so that what one operation writes is still in the
 * cache when the next one reads it. No result depends on the contexts beside it. Between pieces, which block it, the
 * event loop goes round once; calls are taken one after the other.
 */
export function inPieces(engine: Engine, rows: number): Engine {
  let before: Promise<unknown> = Promise.resolve();
  function inTurn<R>(call: () => Promise<R>): Promise<R> {
    const result = before.then(call);
    before = result.catch(() => {}); // its own caller hears of it
    return result;
  }

  /** Puts what `work` returns for each piece, one after the other, into arrays for the whole batch. */
  async function joined<Name extends string>(
    { contexts, context_size }: Batch,
    tokens: Int32Array,
    work: (piece: Batch, tokens: Int32Array, of: Piece) => Promise<Record<Name, Float32Array>>,
  ): Promise<Record<Name, Float32Array>> {
    const pieces = Math.ceil(contexts / Math.max(1, Math.floor(rows / context_size)));
    const whole: Record<string, Float32Array> = {};
    for (let i = 0; i < pieces; i++) {
      await setImmediate();
      const [first, last] = [i, i + 1].map((end) => Math.floor((end * contexts) / pieces));
      const of: Piece = (data) => {
        const per = data.length / contexts;
        return data.subarray(first * per, last * per) as typeof data;
      };
      const found = await work({ contexts: last - first, context_size }, of(tokens), of);
      for (const [name, data] of Object.entries<Float32Array>(found)) {
        const per = data.length / (last - first);
        whole[name] ??= new Float32Array(contexts * per);
        whole[name].set(data, first * per);
      }
    }
    return whole;
  }

  return {
    name: engine.name,
    hooks: (batch, tokens, names) =>
      inTurn(() => joined(batch, tokens, (piece, some) => engine.hooks(piece, some, names))),
    async ce(batch, tokens, hook_name, patched) {
      const { ce } = await inTurn(() =>
        joined(batch, tokens, async (piece, some, of) => ({
          ce: await engine.ce(piece, some, hook_name, of(patched)),
        })),
      );
      return ce;
    },
    compare: (batch, tokens, hook_name, x, xHat) =>
      inTurn(() =>
        joined(batch, tokens, (piece, some, of) =>
          engine.compare(piece, some, hook_name, of(x), of(xHat)),
        ),
      ),
    dispose: () => inTurn(() => engine.dispose()),
  };
}

/** The piece's part of an array that is about all contexts. */
type Piece = <A extends Int32Array | Float32Array>(data: A) => A;
