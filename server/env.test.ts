import { expect, test } from "vitest";
import { parseEnv } from "./env.ts";

const DATABASE_URL = "postgresql://hub:secret@127.0.0.1:5432/hub";

const AUTH_SECRET = "a-secret-of-at-least-32-characters";
const AUTH_URL = "https://hub.example";
const hosted = { DATABASE_URL, AUTH_SECRET, AUTH_URL };

test("sign-in is off by default, and closed to strangers where it is on", () => {
  expect(parseEnv({ DATABASE_URL }).AUTH_SECRET).toBeUndefined();
  const env = parseEnv({ ...hosted, AUTH_MAINTAINERS: "Ann@hub.example, bob@hub.example" });
  expect(env).toMatchObject({ AUTH_URL, AUTH_SIGN_UP: "closed", TRUST_PROXY: 0 });
  expect(env.AUTH_MAINTAINERS).toEqual(["ann@hub.example", "bob@hub.example"]);
});

test("a hub on this machine needs no https", () => {
  for (const at of ["http://127.0.0.1:3000", "http://localhost:3000", "http://[::1]:3000"])
    expect(parseEnv({ ...hosted, AUTH_URL: at }).AUTH_URL).toBe(at);
});

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
  [{ DATABASE_URL, AUTH_SECRET: "short" }, "AUTH_SECRET: expected at least 32 characters"],
  [{ DATABASE_URL, AUTH_SECRET }, "AUTH_SECRET: needs AUTH_URL as well"],
  [{ DATABASE_URL, AUTH_URL }, "AUTH_URL: needs AUTH_SECRET as well"],
  [{ ...hosted, AUTH_URL: "http://hub.example" }, "AUTH_URL: expected an address like https://"],
  [{ ...hosted, AUTH_URL: "https://hub.example/hub" }, "AUTH_URL: expected an address like"],
  [{ ...hosted, AUTH_GITHUB_ID: "x" }, "AUTH_GITHUB_ID: needs AUTH_GITHUB_SECRET as well"],
  [{ ...hosted, AUTH_SIGN_UP: "yes" }, "AUTH_SIGN_UP: expected open, readers or closed"],
  [{ ...hosted, AUTH_MAINTAINERS: "ann" }, "AUTH_MAINTAINERS.0: expected e-mail addresses"],
  [{ ...hosted, SMTP_URL: "smtp://mail" }, "SMTP_URL: needs MAIL_FROM as well"],
  [{ ...hosted, SMTP_URL: "http://mail" }, "SMTP_URL: expected an address like smtps://"],
  [{ ...hosted, TRUST_PROXY: "true" }, "TRUST_PROXY: expected how many proxies there are"],
  [{ DATABASE_URL, RUN_TOKEN: "short" }, "RUN_TOKEN: expected at least 16 characters"],
  [{ DATABASE_URL, RUN_TOKEN: "long enough but spaced" }, "RUN_TOKEN: expected characters"],
])("%o is refused with a sentence", (given, sentence) => {
  expect(() => parseEnv(given)).toThrow(sentence);
});

test("no secret is repeated in what is said", () => {
  for (const name of ["AUTH_SECRET", "AUTH_GITHUB_SECRET", "SMTP_URL", "RUN_TOKEN"])
    expect(() => parseEnv({ DATABASE_URL, [name]: "hidden word" })).toThrow(
      /^(?!.*hidden word).*$/,
    );
});

test("a refused address is not repeated, because it may hold a password", () => {
  expect(() => parseEnv({ DATABASE_URL: "http://hub:secret@host/hub" })).toThrow(
    /^((?!secret).)*$/,
  );
});
