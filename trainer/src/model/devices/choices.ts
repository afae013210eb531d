/** Where a model can run, in the order of the table that `trainer devices` prints. */
export const deviceNames = ["cpu", "native", "cuda", "webgpu", "tfjs"] as const;
export type Device = (typeof deviceNames)[number];

/** What --device takes; loading this loads no engine. */
export const deviceChoices = ["auto", ...deviceNames] as const;
export type DeviceChoice = (typeof deviceChoices)[number];
