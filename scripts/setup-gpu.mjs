import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Failure, messageOf } from "./failure.mjs";
import { setUp } from "./gpu/set-up.mjs";
import { requireNode } from "./node-version.mjs";
import { Supervisor } from "./supervisor.mjs";

requireNode();
process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const names = ["tfjs", "cuda", "webgpu"];
const usage = `npm run setup:gpu [${names.join("] [")}] [-- --anyway]

Gets what the named devices (all of them when none is named) need and npm does not bring, then has each compute.
  tfjs      @tensorflow/tfjs-node-gpu and TensorFlow, into trainer/gpu (6 GB)
  cuda      ONNX Runtime's CUDA provider, into node_modules; CUDA's libraries, where the system has none (2 GB)
  webgpu    nothing is fetched
  --anyway  fetch even where there is no NVIDIA driver`;

const supervisor = new Supervisor();
supervisor.stopOnSignals("Stopped; what was fetched whole is kept.", 130);
try {
  const { positionals, values } = options();
  const unknown = positionals.find((name) => !names.includes(name));
  if (unknown) throw new Failure(`${unknown} is no device that is set up.\n\n${usage}`);
  if (values.help) console.log(usage);
  else {
    const devices = positionals.length > 0 ? positionals : names;
    process.exitCode = (await setUp(supervisor, devices, { anyway: values.anyway })) ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(messageOf(error));
  process.exitCode = 2;
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        anyway: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new Failure(`${messageOf(error).split(". ")[0]}.\n\n${usage}`);
  }
}
