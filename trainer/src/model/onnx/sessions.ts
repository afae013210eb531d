import * as ort from "onnxruntime-node";
import type { Built } from "./graphs.ts";
import type { Provider } from "./provider.ts";

export type Feed = { shape: number[]; data: Float32Array | Int32Array };
type Session = { session: ort.InferenceSession; inputs: string[] };

/** More sessions than a run uses side by side; each keeps the memory of its largest intermediate results. */
const KEPT = 6;

/** Sessions of ONNX Runtime, one per graph and batch shape; those not used for longest are let go. */
export class Sessions {
  #threads: number;
  #provider: Provider;
  #sessions = new Map<string, Session>();

  constructor(threads: number, provider: Provider) {
    this.#threads = threads;
    this.#provider = provider;
  }

  /** Runs the graph known by `key`, built when it is first used; `feed` gives the inputs that it has. */
  async run(
    key: string,
    build: () => Built,
    feed: (input: string) => Feed,
  ): Promise<Record<string, Float32Array>> {
    const { session, inputs } = await this.#get(key, build);
    const feeds = Object.fromEntries(inputs.map((name) => [name, toOrt(feed(name))]));
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
    );
  }

  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { session } of sessions) await session.release();
  }

  async #get(key: string, build: () => Built): Promise<Session> {
    const known = this.#sessions.get(key) ?? (await this.#create(build()));
    this.#sessions.delete(key);
    this.#sessions.set(key, known);
    for (const [oldest, { session }] of this.#sessions) {
      if (this.#sessions.size <= KEPT) break;
      this.#sessions.delete(oldest);
      await session.release();
    }
    return known;
  }

  async #create({ graph, outputs, most_threads = Infinity }: Built): Promise<Session> {
    const { bytes, inputs } = graph.build(outputs);
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [this.#provider],
      intraOpNumThreads: Math.min(this.#threads, most_threads),
      interOpNumThreads: 1,
      executionMode: "sequential",
      // Threads that wait by spinning take the processor from whoever works between two runs:
      // 220 ms against 100 ms for 4,096 tokens on two busy cores.
      extra: {
        session: {
          intra_op: { allow_spinning: "0" },
          // Else nodes that the provider does not know run on the CPU, and nothing says so.
          disable_cpu_ep_fallback: this.#provider === "cpu" ? "0" : "1",
        },
      },
      logSeverityLevel: 3,
    });
    return { session, inputs };
  }
}

function toOrt({ shape, data }: Feed): ort.Tensor {
  return data instanceof Float32Array
    ? new ort.Tensor("float32", data, shape)
    : new ort.Tensor("int32", data, shape);
}
