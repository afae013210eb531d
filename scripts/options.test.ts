import { expect, test } from "vitest";
import { readOptions } from "./options.mjs";

test("without flags and environment, the hub is at 127.0.0.1:3000 with its data in ./data", () => {
  expect(readOptions([], {})).toEqual({
    host: "127.0.0.1",
    port: 3000,
    data: `${process.cwd()}/data`,
    train: true,
    open: true,
    help: false,
  });
});

test("a flag wins over the environment", () => {
  const env = { PORT: "4000", DATA_DIR: "/srv/hub", HOST: "0.0.0.0" };
  expect(readOptions([], env)).toMatchObject({ port: 4000, data: "/srv/hub", host: "0.0.0.0" });
  const flags = ["--port", "5000", "--data", "/tmp/hub", "--no-train", "--no-open"];
  const expected = { port: 5000, data: "/tmp/hub", train: false, open: false };
  expect(readOptions(flags, env)).toMatchObject(expected);
});

test.each(["0", "65536", "http", "80.5"])("port %s is refused", (port) => {
  expect(() => readOptions(["--port", port], {})).toThrow(`Port ${port} is no port`);
});

test("an unknown flag is refused by name", () => {
  expect(() => readOptions(["--fast"], {})).toThrow("Unknown option '--fast'");
});
