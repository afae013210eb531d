import { expect, test } from "vitest";
import { groups, runConfig, stages } from "./config.ts";
import { listFlags } from "./flags.ts";
import { verbHelp } from "./help.ts";
import { overview, verbs } from "./verbs.ts";

test("the overview names every verb", () => {
  for (const name of Object.keys(verbs)) expect(overview()).toContain(`\n  ${name} `);
});

test.each(Object.keys(verbs))("the help of %s describes each of its flags", async (name) => {
  const verb = await verbs[name].load();
  const help = verbHelp(name, verb);
  const call = ["trainer", name, verb.words, "[flags]"].filter(Boolean).join(" ");
  expect(help).toContain(call);
  for (const schema of Object.values(verb.flags))
    for (const { name: flag, description } of listFlags(schema)) {
      expect(help).toMatch(new RegExp(`--${flag}[ \\n]`));
      expect(description).not.toBe("");
    }
  expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("every setting of a run can be given to `run`, and to the verb of one stage", () => {
  const inGroups = Object.values(groups).flatMap((group) =>
    Object.values(group).flatMap(({ shape }) => Object.keys(shape)),
  );
  expect(inGroups.sort()).toEqual([...Object.keys(runConfig.shape), "config"].sort());
});

test("no setting belongs to two stages", () => {
  const keys = stages.flatMap(({ config }) => Object.keys(config.shape));
  expect(new Set(keys).size).toBe(keys.length);
});

test("the defaults pass their own checks", () => {
  expect(runConfig.parse(runConfig.parse({}))).toEqual(runConfig.parse({}));
});
