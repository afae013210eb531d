/*
 * Stands in for the trainer's inspect and import, as far as the hub asks them: what the file says is done.
 * A dictionary is read well when b_dec is not subtracted; its bundle is that in STAND_IN_BUNDLE, by way of HOME.
 */
import { cpSync, existsSync, readFileSync } from "node:fs";

const [verb, input = "", dir] = process.argv.slice(2);
const flags = Object.fromEntries(
  process.argv
    .slice(4)
    .filter((word) => word.includes("="))
    .map((word) => [word.slice(2, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
);
const said = existsSync(input) ? readFileSync(input, "utf8").trim() : `dictionary ${input}`;
/** @param {object} line */
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
/** @param {string} reason */
const refuse = (reason) => {
  process.stderr.write(`trainer: ${reason}\ntrainer ${verb} --help says what is possible\n`);
  process.exit(2);
};

const fit = { fvu: 0.9, l0: 3, l2_ratio: 0.5 };
const check = {
  formula_version: 1,
  tokens: 2000,
  seed: 0,
  as_read: fit,
  alternatives: [
    { change: { subtract_b_dec: false }, title: "b_dec not subtracted", ...fit, fvu: 0.1 },
  ],
  verdict: "misread",
  says: "with b_dec not subtracted fvu is 0.1 instead of 0.9",
};

if (said === "nothing") refuse(`${input}: holds no dictionary`);
if (said === "environment") refuse(Object.keys(process.env).sort().join(" "));
if (said === "memory") {
  const kept = [];
  for (;;) kept.push(new Array(1e6).fill(0));
}
if (verb === "inspect") {
  write({
    type: "result",
    kind: "foreign",
    dictionaries: [
      {
        format: "state_dict",
        where: said.split(" ")[1] ?? "ae.pt",
        d_in: 8,
        d_sae: 16,
        d_out: 8,
        tensors: [{ name: "W\u0000enc", dtype: "F32", shape: [8, 16], role: "W_enc" }],
        reading: {
          architecture: "topk",
          k: 2,
          encoder: "d_in,d_sae",
          decoder: "d_sae,d_out",
          subtract_b_dec: true,
          decoder_rows: "stored",
          rescale_acts_by_decoder_norm: false,
          normalize_activations: "none",
          input_scale: 1,
          hook_name_out: null,
          model: "/etc",
        },
        because: { k: "ae.pt: k is 2" },
        notes: [],
        trained: { architecture: null, k: null, context_size: null, dataset: null },
      },
    ],
  });
} else {
  if (said.startsWith("hang")) {
    write({ type: "progress", stage: "hang", done: 1, total: 2, unit: "tokens" });
    setInterval(() => {}, 1000);
  } else {
    const misread = flags.subtract_b_dec === "true";
    if (!misread || flags.accept)
      cpSync(process.env.HOME ?? "", `${dir}/bundle`, { recursive: true });
    const accepted = misread && flags.accept === "true";
    write({
      type: "result",
      dir,
      import: { check: misread ? check : { ...check, verdict: "fits" }, accepted },
    });
    process.exit(misread && !accepted ? 1 : 0);
  }
}
