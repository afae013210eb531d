import { expect, test } from "vitest";
import { refuseMixed, type SealedRun } from "./sealed-runs.ts";

type Facts = {
  weights?: string;
  tokenizer?: string;
  text?: string;
  contexts?: [number, number];
  exclude_first_position?: boolean;
};

/** As much of a run as is compared. */
function run(dir: string, facts: Facts = {}): SealedRun {
  const { weights = "a", tokenizer = "b", text = "c", contexts = [0, 5] } = facts;
  const { exclude_first_position = true } = facts;
  return {
    dir,
    manifest: {
      provenance: {
        model: { id: "model", weights_sha256: weights },
        tokenizer_sha256: tokenizer,
        corpus: { id: "text", sha256: text },
        token_policy: { exclude_first_position, exclude_token_ids: [0] },
      },
    },
    evaluation: { contexts, context_size: 8 },
  } as unknown as SealedRun;
}

test("dictionaries of one model on one text may be compared", () => {
  expect(() => refuseMixed([run("one"), run("other"), run("third")])).not.toThrow();
});

test.each<[string, Facts]>([
  ["model", { weights: "z" }],
  ["tokenizer", { tokenizer: "z" }],
  ["text", { text: "z" }],
  ["tokens held out", { contexts: [0, 4] }],
  ["token policy", { exclude_first_position: false }],
])("those of another %s may not, and it is said which", (what, facts) => {
  expect(() => refuseMixed([run("one"), run("same"), run("other", facts)])).toThrow(
    `other: another ${what} than one: `,
  );
});
