import type { Built } from "./graphs.ts";
import type { Provider } from "./provider.ts";
import { ask, type Feed } from "./runtime.ts";

type Session = { id: number; inputs: string[] };

/** What evaluation uses side by side; each holds its layers' weights and its largest intermediate results. */
const KEPT = 4;

let sessionsMade = 0;

/** Sessions of ONNX Runtime, one per graph; those not used for longest are let go. */
export class Sessions {
  #threads: number;
  #provider: Provider;
  #sessions = new Map<string, Promise<Session>>();

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
    const { id, inputs } = await this.#get(key, build);
    const feeds = inputs.map((name) => [name, typed(feed(name))]);
    return ask("run", { id, feeds: Object.fromEntries(feeds) });
  }

  async dispose(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all(sessions.map(release));
  }

  async #get(key: string, build: () => Built): Promise<Session> {
    const session = this.#sessions.get(key) ?? this.#create(build());
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    try {
      await session;
    } catch (error) {
      this.#sessions.delete(key);
      throw error;
    }
    for (const [oldest, unused] of this.#sessions) {
      if (this.#sessions.size <= KEPT) break;
      this.#sessions.delete(oldest);
      await release(unused);
    }
    return session;
  }

  async #create({ graph, outputs }: Built): Promise<Session> {
    const { bytes, inputs, root, given } = graph.build(outputs);
    const id = sessionsMade++;
    const session = {
      model_external_initializers_file_folder_path: root,
      // A masked score's exponential is a denormal number, on which processors are a hundred times slower.
      set_denormal_as_zero: "1",
      // A thread that waits for the next node spins a little while. Longer, it takes the processor from others:
      // on two busy cores everything takes twice as long.
      intra_op: { allow_spinning: "1", spin_duration_us: "50" },
      // Else nodes that the provider does not know run on the CPU, and nothing says so.
      disable_cpu_ep_fallback: this.#provider === "cpu" ? "0" : "1",
    };
    await ask("create", {
      id,
      bytes,
      given,
      options: {
        executionProviders: [this.#provider],
        intraOpNumThreads: this.#threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
        extra: { session },
        logSeverityLevel: 3,
      },
    });
    return { id, inputs };
  }
}

async function release(session: Promise<Session>): Promise<void> {
  const { id } = await session;
  await ask("release", { id });
}

function typed(feed: Feed): Feed & { type: string } {
  return { ...feed, type: feed.data instanceof Float32Array ? "float32" : "int32" };
}
