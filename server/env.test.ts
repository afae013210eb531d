import { expect, test } from "vitest";
import { parseEnv } from "./env.ts";

const DATABASE_URL = "postgresql://hub:secret@127.0.0.1:5432/hub";

test("only the database must be given", () => {
  const env = parseEnv({ DATABASE_URL });
  expect(env).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", MAX_UPLOAD_BYTES: 20 * 2 ** 30 });
  expect(env.DATA_DIR).toBe(`${process.cwd()}/data`);
});

test("runs are looked for in ./runs and beside the data, or in the folders that are named", () => {
  const folders = (given: object) => parseEnv({ DATABASE_URL, ...given }).RUNS_DIR;
  expect(folders({ DATA_DIR: "/srv/hub" })).toEqual([`${process.cwd()}/runs`, "/srv/hub/runs"]);
  expect(folders({ RUNS_DIR: "/lab/a:/lab/b" })).toEqual(["/lab/a", "/lab/b"]);
  expect(folders({ RUNS_DIR: "" })).toEqual([]);
});

test.each([
  [{}, "DATABASE_URL: expected the address of a Postgres database"],
  [{ DATABASE_URL: "mysql://127.0.0.1/hub" }, "DATABASE_URL: expected an address like"],
  [{ DATABASE_URL: "postgresql://127.0.0.1" }, "DATABASE_URL: expected an address like"],
  [{ DATABASE_URL, PORT: "eighty" }, "PORT: expected a port number"],
  [{ DATABASE_URL, PORT: "70000" }, "PORT: "],
  [{ DATABASE_URL, MAX_UPLOAD_BYTES: "20 GB" }, "MAX_UPLOAD_BYTES: expected a number of bytes"],
  [{ DATABASE_URL, MAX_UPLOAD_BYTES: "-1" }, "MAX_UPLOAD_BYTES: "],
  [{ DATABASE_URL, RUN_TOKEN: "short" }, "RUN_TOKEN: expected at least 16 characters"],
  [{ DATABASE_URL, RUN_TOKEN: "long enough but spaced" }, "RUN_TOKEN: expected characters"],
])("%o is refused with a sentence", (given, sentence) => {
  expect(() => parseEnv(given)).toThrow(sentence);
});

test("a refused address is not repeated, because it may hold a password", () => {
  expect(() => parseEnv({ DATABASE_URL: "http://hub:secret@host/hub" })).toThrow(
    /^((?!secret).)*$/,
  );
});
