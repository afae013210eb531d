import { UsageError } from "../../bundle/errors.ts";
import type { Engine, EngineInput } from "../engine.ts";
import type { Tf } from "../tfjs/ops.ts";

/** A device that is there, and has been seen to compute. */
export type OpenDevice = {
  /** as its engines are named */
  name: string;
  engine(input: EngineInput, threads: number): Engine;
  /** of `tfjs`, which trains as well */
  tf?: Tf;
};

/** A device that cannot be had: what was looked for and not found, and what brings it. */
export function refusal(device: string, missing: string, remedy: string): UsageError {
  return new UsageError(`--device ${device} cannot be had: ${missing}; ${remedy}`);
}
