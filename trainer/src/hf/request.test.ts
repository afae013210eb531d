import { describe, expect, test } from "vitest";
import { hubForTests, tinyFiles } from "../../fixtures/hf-client.ts";

const at = hubForTests();
const token = { value: "hf_secret", from: "HF_TOKEN" };

describe("the token", () => {
  test("goes to the hub with every request, and never to another host", async () => {
    at.hub.add("org/closed", tinyFiles, { token: token.value });
    const repo = await at.open("org/closed", { token });
    await repo.list();
    await repo.fetch("model.safetensors");
    await repo.fetch("config.json");
    const sent = (host: string) =>
      at.hub.asked.filter((asked) => asked.host === host).map(({ authorization }) => authorization);
    expect(sent("hub").every((value) => value === "Bearer hf_secret")).toBe(true);
    expect(sent("cdn")).toEqual([undefined]);
  });

  test.each([
    [
      null,
      "org/absent",
      "there is no such model, or it is private (401: Invalid username or password.); check its name, or set HF_TOKEN to a token that may read it",
    ],
    [token, "org/absent", "check its name, or whether the token in HF_TOKEN may read it"],
    [
      null,
      "org/gated",
      "its owners ask for consent first (403: Access to model org/gated is restricted.); agree at HUB/org/gated, then set HF_TOKEN to your token",
    ],
    [
      { ...token, value: "other" },
      "org/gated",
      "agree at HUB/org/gated, with the account whose token is in HF_TOKEN",
    ],
  ])("%j: %s: says what to do", async (given, id, message) => {
    at.hub.add("org/gated", tinyFiles, { token: "hf_other", isGated: true });
    await expect(at.open(id, { token: given })).rejects.toThrow(message.replace("HUB", at.hub.url));
    await expect(at.open(id, { token: given })).rejects.not.toThrow("hf_secret");
  });

  test("that is not accepted is named by its place, not by its value", async () => {
    at.hub.fault = (_request, response) => Boolean(response.writeHead(401).end());
    const error = await at.open("org/tiny", { token }).catch((cause: Error) => cause);
    expect(error).toMatchObject({
      message: expect.stringContaining("the token in HF_TOKEN is not accepted (401)"),
    });
    expect(String(error)).not.toContain(token.value);
  });
});

describe("a hub that is busy", () => {
  const busyFor = (times: number, status: number, headers: Record<string, string> = {}) => {
    let refused = 0;
    at.hub.fault = (_request, response) =>
      refused++ < times && Boolean(response.writeHead(status, headers).end());
  };

  test.each([429, 500, 503])("with %i is asked again", async (status) => {
    busyFor(3, status);
    expect(await at.open("org/tiny")).toMatchObject({ commit: at.commit });
    expect(at.hub.asked).toHaveLength(4);
  });

  test("is given the time that it asks for", async () => {
    busyFor(1, 429, { "retry-after": "1" });
    const begun = Date.now();
    await at.open("org/tiny");
    expect(Date.now() - begun).toBeGreaterThan(990);
    expect(at.reported.at(-1)).toMatchObject({
      stage: expect.stringContaining("wait for 127.0.0.1"),
      total: 1,
      unit: "s",
    });
  });

  test("beyond patience is left alone, with the reason", async () => {
    busyFor(9, 429);
    await expect(at.open("org/tiny")).rejects.toThrow(
      `org/tiny on ${at.hub.url}: too many requests (429); wait a few minutes and give the same command again, or set HF_TOKEN`,
    );
    expect(at.hub.asked).toHaveLength(5);
    busyFor(1, 429, { ratelimit: '"api";r=0;t=1000' });
    await expect(at.open("org/tiny")).rejects.toThrow("too many requests");
  });

  test("or breaks connections is asked again, then said to be out of reach", async () => {
    let refused = 0;
    at.hub.fault = (_request, response) => refused++ < 2 && Boolean(response.destroy());
    expect(await at.open("org/tiny")).toMatchObject({ commit: at.commit });
    at.hub.fault = (_request, response) => Boolean(response.destroy());
    await expect(at.open("org/tiny")).rejects.toThrow(
      `${at.hub.url}: the connection was broken off; check the network and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 to work with what is in ${at.cache}`,
    );
  });
});
