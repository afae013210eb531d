import { expect, test } from "vitest";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { decode, encode, type Sae } from "../sae/sae.ts";
import { toDense, toSparse } from "../sae/sparse-acts.ts";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { Random } from "../tensor/random.ts";
import { zeros } from "../tensor/tensor.ts";
import { atEqualL0, concatenated } from "./stack.ts";
import { StageSum } from "./stage-sum.ts";

const d_in = 6;
const x = randomTensor(new Random(0, "x"), 1, 50, d_in);

/** An SAE and two that give something else for x, of 5, 4 and 3 features. */
function stagesOf(architecture: "standard" | "jumprelu"): Sae[] {
  const random = new Random(1, architecture);
  const transcoder = { d_out: d_in, skip: false };
  return [
    randomSae(random, { architecture, d_in, d_sae: 5, k: null }),
    randomSae(random, { architecture, d_in, d_sae: 4, k: null, transcoder }),
    randomSae(random, { architecture, d_in, d_sae: 3, k: null, transcoder }),
  ];
}
const coding = (sae: Sae) => ({
  d_sae: sae.config.d_sae,
  encoder: {
    encode: (of: typeof x) => toSparse(encode(sae, of)),
    decode: (acts: ReturnType<typeof toSparse>) => decode(sae, toDense(acts, sae.config.d_sae)),
  },
});

test.each(["standard", "jumprelu"] as const)(
  "one encoder pass of %s stages gives the activations and the sum of all",
  (architecture) => {
    const stages = stagesOf(architecture);
    const whole = concatenated(stages);
    expect(whole.config).toEqual({ architecture, d_in, d_sae: 12, k: null });
    const acts = encode(whole, x);
    const sum = zeros(50, d_in);
    let first = 0;
    for (const stage of stages) {
      const own = encode(stage, x);
      const { d_sae } = stage.config;
      for (let i = 0; i < 50; i++)
        for (let f = 0; f < d_sae; f++)
          expect(acts.data[i * 12 + first + f]).toBeCloseTo(own.data[i * d_sae + f], 5);
      for (const [at, value] of decode(stage, own).data.entries()) sum.data[at] += value;
      first += d_sae;
    }
    expect(acts.data.some((act) => act > 0)).toBe(true);
    expect(maxRelativeDifference(decode(whole, acts), sum)).toBeLessThan(1e-5);

    const compared = new StageSum({ ...whole, ...coding(whole) }, stages.map(coding));
    compared.add(x);
    expect(compared).toMatchObject({ tokens: 50, moved: 0 });
    expect(compared.largest_difference).toBeLessThan(1e-6);
  },
);

test.each([
  { what: "another decoder", change: { W_dec: (value: number) => 1.01 * value } },
  { what: "another threshold of firing", change: { b_enc: (value: number) => value - 0.3 } },
])("$what than the stages' is refused", ({ change }) => {
  const stages = stagesOf("jumprelu");
  const whole = concatenated(stages);
  for (const [name, by] of Object.entries(change) as ["W_dec", (value: number) => number][])
    whole[name].data = whole[name].data.map(by);
  const compared = new StageSum({ ...whole, ...coding(whole) }, stages.map(coding));
  expect(() => compared.add(x)).toThrow(/one encoder pass/);
});

test("figures at equal L0 lie between those of two dictionaries, linear in its logarithm", () => {
  const of = (l0: number, fvu: number) => ({
    l0,
    fvu,
    ce_diff: 2 * fvu,
    ce_loss_recovered: 1 - fvu,
  });
  const others = [of(10, 0.3), of(40, 0.1), of(80, 0.05)];
  const found = atEqualL0(20, others); // half-way from 10 to 40
  expect(found?.fvu).toBeCloseTo(0.2);
  expect(found?.ce_diff).toBeCloseTo(0.4);
  expect(atEqualL0(40, others)).toEqual(others[1]);
  expect(atEqualL0(100, others)).toBeNull();
  expect(atEqualL0(20, [of(10, 0.3)])).toBeNull();
});
