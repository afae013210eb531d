/** What --sae_kernel takes: the same source compiled for this processor, or for WebAssembly. */
export const kernelChoices = ["auto", "native", "portable"] as const;
export type KernelChoice = (typeof kernelChoices)[number];
