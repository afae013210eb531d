// ONNX Runtime on a thread of its own. Plain JavaScript, so that it starts with no loader in every host.
import { parentPort } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";

const sessions = new Map();
const mapped = (values, change) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

const actions = {
  async create({ id, bytes, given, options }) {
    const externalData = given.map(({ path, data: { buffer, byteOffset, byteLength } }) => ({
      path,
      data: Buffer.from(buffer, byteOffset, byteLength),
    }));
    sessions.set(id, await InferenceSession.create(bytes, { ...options, externalData }));
  },
  async run({ id, feeds }) {
    const inputs = mapped(feeds, ({ type, data, shape }) => new Tensor(type, data, shape));
    return mapped(await sessions.get(id).run(inputs), ({ data }) => data);
  },
  async release({ id }) {
    await sessions.get(id).release();
    sessions.delete(id);
  },
};

parentPort.on("message", async ({ request, action, input }) => {
  try {
    const result = await actions[action](input);
    const buffers = Object.values(result ?? {}).map(({ buffer }) => buffer);
    parentPort.postMessage({ request, result }, buffers);
  } catch (error) {
    parentPort.postMessage({ request, error });
  }
});
