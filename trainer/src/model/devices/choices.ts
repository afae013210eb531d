/** Where a model can run, in the order of the table that `trainer devices` prints. */
export const deviceNames = ["cpu", "native", "cuda", "webgpu", "tfjs"] as const;
export type Device = (typeof deviceNames)[number];

/** What --device takes; loading this loads no engine. */
export const deviceChoices = ["auto", ...deviceNames] as const;
export type DeviceChoice = (typeof deviceChoices)[number];

/** In what products with weights are computed: float32, or so many products of bfloat16 parts of each number. */
export const precisions = ["float32", "bf16x6", "bf16x3"] as const;
export type Precision = (typeof precisions)[number];
