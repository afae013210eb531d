import { expect, test } from "vitest";
import { z } from "zod";
import { UsageError } from "../bundle/index.ts";
import { checkConfig, listFlags, readFlags } from "./flags.ts";

const schema = z.object({
  d_sae: z.int().positive().default(2048).describe("number of features"),
  lr: z.number().min(0).max(1).default(1e-3).describe("learning rate"),
  architecture: z.enum(["standard", "topk"]).default("topk").describe("sparsifying rule"),
  max_tokens: z.int().positive().nullable().default(null).describe("stop after so many"),
  text: z.array(z.string()).min(1).default(["stories"]).describe("text files"),
  cache: z
    .string()
    .nullable()
    .default(null)
    .transform((path) => path && `/runs/${path}`)
    .describe("shared folder"),
  name: z
    .string()
    .regex(/^[a-z]+$/, "expected lower-case letters")
    .default("x")
    .describe("name"),
  json: z.boolean().default(false).describe("for machines"),
});

const read = (line: string) => {
  const { given } = readFlags(schema, line.split(" ").filter(Boolean));
  return checkConfig(schema, given);
};

test("a flag's default, bounds and description are those of its schema", () => {
  const flags = listFlags(schema);
  expect(flags.map(({ name, expected }) => `${name}: ${expected}`)).toEqual([
    "d_sae: an integer > 0",
    "lr: a number ≥ 0 and ≤ 1",
    "architecture: one of standard, topk",
    "max_tokens: an integer > 0, or null",
    "text: a text",
    "cache: a text, or null",
    "name: a text",
    "json: true or false",
  ]);
  expect(flags[5]).toMatchObject({ default: null, nullable: true, type: "string" });
  expect(flags[0]).toMatchObject({ default: 2048, description: "number of features" });
});

test("values are read as their types, and the rest is default", () => {
  expect(read("--d_sae 512 --lr=1e-4 --architecture standard --json")).toEqual({
    ...schema.parse({}),
    d_sae: 512,
    lr: 1e-4,
    architecture: "standard",
    json: true,
  });
  expect(read("--json false --max_tokens 5")).toMatchObject({ json: false, max_tokens: 5 });
  expect(read("--max_tokens null")).toMatchObject({ max_tokens: null });
});

test("words between flags stay in order; a switch does not swallow the next word", () => {
  const { words } = readFlags(schema, ["a", "--json", "b", "--d_sae", "1", "c"]);
  expect(words).toEqual(["a", "b", "c"]);
});

test("a flag for several values may be repeated, another may not", () => {
  expect(read("--text a.txt --text b.txt").text).toEqual(["a.txt", "b.txt"]);
  expect(() => read("--d_sae 1 --d_sae 2")).toThrow("--d_sae: given twice");
});

test.each([
  ["--d_sea 4", "unknown flag --d_sea; did you mean --d_sae?"],
  ["--d-sae 4", "unknown flag --d-sae; did you mean --d_sae?"],
  ["--archtecture topk", "unknown flag --archtecture; did you mean --architecture?"],
  ["--wandb_project x", "unknown flag --wandb_project"],
])("%s is refused with the nearest known flag", (line, message) => {
  expect(() => read(line)).toThrow(new UsageError(message));
});

test.each([
  ["--d_sae 0", "--d_sae 0: expected an integer > 0 (number of features)"],
  ["--d_sae 1.5", "--d_sae 1.5: expected an integer > 0 (number of features)"],
  ["--d_sae many", "--d_sae many: expected an integer > 0 (number of features)"],
  ["--lr 2", "--lr 2: expected a number ≥ 0 and ≤ 1 (learning rate)"],
  [
    "--architecture gated",
    "--architecture gated: expected one of standard, topk (sparsifying rule)",
  ],
  ["--json=maybe", "--json maybe: expected true or false (for machines)"],
  ["--name Bad", "--name Bad: expected lower-case letters (name)"],
  ["--d_sae", "--d_sae: no value (expected an integer > 0)"],
  ["--d_sae --json", "--d_sae: no value (expected an integer > 0)"],
])("%s says what was given and what is expected", (line, message) => {
  expect(() => read(line)).toThrow(new UsageError(message));
});

test("a default that does not go with what was given is named with its value", () => {
  const both = z
    .object({ d_sae: z.int().describe("features"), k: z.int().default(32).describe("active") })
    .refine(({ d_sae, k }) => k <= d_sae, { path: ["k"], error: "expected at most d_sae" });
  expect(() => checkConfig(both, { d_sae: 16 })).toThrow("--k 32: expected at most d_sae (active)");
});
