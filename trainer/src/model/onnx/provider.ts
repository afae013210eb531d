import { env } from "onnxruntime-node";

/** What the graphs run on, by ONNX Runtime's names, and as engines are named. */
const providers = { cpu: "CPU", cuda: "CUDA", webgpu: "WebGPU" } as const;
export type Provider = keyof typeof providers;

export function runtimeName(provider: Provider): string {
  return `onnxruntime ${env.versions.node} (${providers[provider]})`;
}
