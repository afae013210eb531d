import type { Format } from "./foreign.ts";
import { readSeen } from "./inside.ts";
import { seePlain } from "./plain.ts";

/** A file of torch.save with named tensors and nothing that says what system they are of, such as SAEBench's. */
export const stateDict: Format = {
  name: "state_dict",
  find: (input) => readSeen(input, (opened) => seePlain("state_dict", opened)),
};
