import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runConfig } from "../config.ts";
import { withConfigFile } from "../config-file.ts";
import { checkConfig, listFlags, readFlags } from "../flags.ts";
import { hookNames, sweepConfig, sweptNames, toLists } from "./config.ts";

test("a sweep takes the settings of a run, those of a grid as lists of their defaults", () => {
  const { name: _, ...run } = runConfig.parse({});
  const lists: string[] = [...hookNames, ...sweptNames];
  for (const [key, value] of Object.entries(sweepConfig.parse({})))
    expect({ key, value }).toEqual({
      key,
      value: lists.includes(key) ? [run[key as keyof typeof run]] : run[key as keyof typeof run],
    });
  expect(Object.keys(sweepConfig.shape).sort()).toEqual(Object.keys(run).sort());
});

test("a flag of a grid may be given several times, and be null where a run's may", () => {
  const words = "--k 4 --k 8 --auxk_coefficient null --auxk_coefficient 0.1 --lr 1e-3".split(" ");
  const { given } = readFlags(sweepConfig, words);
  expect(given).toEqual({ k: [4, 8], auxk_coefficient: [null, 0.1], lr: [1e-3] });
  const flags = listFlags(sweepConfig).filter(({ name }) => name in given);
  expect(flags.map(({ many }) => many)).toEqual([true, true, true]);
});

test("a file may hold a list or one value of what is swept; flags go before it", () => {
  const config = join(mkdtempSync(join(tmpdir(), "sweep-config-")), "grid.json");
  writeFileSync(config, '{"k": [16, 32], "d_sae": 128, "lr": 0.01, "context_size": 64}');
  const given = toLists(withConfigFile(sweepConfig, { config, lr: [0.1, 0.2] }));
  expect(checkConfig(sweepConfig, given)).toMatchObject({
    k: [16, 32],
    d_sae: [128],
    lr: [0.1, 0.2],
    context_size: 64,
  });
});

test("a value that a run would refuse is refused, whichever of the list it is", () => {
  const refused = () => checkConfig(sweepConfig, { k: [4, -1] });
  expect(refused).toThrow("--k -1: expected an integer > 0");
});
