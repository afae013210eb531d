import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as link from "../app/api/v1/people/[person]/link/route.ts";
import * as onePerson from "../app/api/v1/people/[person]/route.ts";
import * as people from "../app/api/v1/people/route.ts";
import { auth } from "../server/accounts/auth.ts";
import { closeDb, db } from "../server/db.ts";
import { identify, viewerOf } from "../server/viewer.ts";
import { ask, cookieOf, hosted, password, person, signIn, tokenOf } from "./accounts.ts";

Object.assign(process.env, hosted, {
  AUTH_SIGN_UP: "open",
  AUTH_GITHUB_ID: "id",
  AUTH_GITHUB_SECRET: "secret",
  AUTH_MAINTAINERS: "Kim@people.example",
});

beforeEach(async () => {
  await db().user.deleteMany({ where: { id: { not: "local" } } });
  await db().rateLimit.deleteMany();
});
afterAll(closeDb);

const viewerBy = (cookie: string) => viewerOf({ headers: new Headers({ cookie }) });
const ann = { name: "Ann", email: "ann@people.example", password };
const signUp = (body: object = ann) => ask("sign-up/email", { body });

test("nobody is the local owner of a hub whose people sign in", async () => {
  const headers = new Headers({ host: "127.0.0.1:3000" });
  expect(await identify({ headers })).toBeNull();
});

test("who signs up is signed in, as a member, by a cookie that only the hub reads", async () => {
  const answer = await signUp();
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ address: null }); // and no token of the session
  const [cookie] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Secure-hub\.session_token=/);
  for (const attribute of ["HttpOnly", "Secure", "SameSite=Lax", "Max-Age=2592000"])
    expect(cookie).toContain(attribute);
  expect(await viewerBy(cookieOf(answer))).toMatchObject({ name: "Ann", role: "member" });
  const { password: hash } = await db().account.findFirstOrThrow();
  expect(hash).not.toContain(password);
});

test("a role cannot be asked for", async () => {
  expect((await signUp({ ...ann, role: "maintainer" })).status).toBe(400);
  expect((await signUp({ ...ann, disabled_at: new Date() })).status).toBe(400);
  expect(await db().user.count()).toBe(1);
});

test("a short password, an address twice, and a name that is none are refused with the reason", async () => {
  const short = await signUp({ ...ann, password: "short" });
  expect(short.status).toBe(400);
  expect((await short.json()).error.message).toContain("too short");
  expect((await signUp()).status).toBe(200);
  expect((await signUp()).status).toBe(422);
  expect((await signUp({ ...ann, email: "ann" })).status).toBe(400);
});

test("one signs in with the right password, and signs out", async () => {
  await signUp();
  const wrong = await ask("sign-in/email", { body: { ...ann, password: "wrong horse battery" } });
  expect(wrong.status).toBe(401);
  const unknown = await ask("sign-in/email", { body: { ...ann, email: "bob@people.example" } });
  expect([unknown.status, await unknown.text()]).toEqual([401, await wrong.text()]);

  const cookie = await signIn(ann.email);
  expect(await viewerBy(cookie)).toMatchObject({ name: "Ann" });
  expect(await viewerBy(`${cookie}x`)).toBeNull(); // the signature
  expect((await ask("sign-out", { headers: { cookie }, body: {} })).status).toBe(200);
  expect(await viewerBy(cookie)).toBeNull();
});

test("a session ends", async () => {
  await signUp();
  const cookie = await signIn(ann.email);
  await db().session.updateMany({ data: { expires_at: new Date(Date.now() - 1) } });
  expect(await viewerBy(cookie)).toBeNull();
});

test("another site's page signs nobody in or out", async () => {
  await signUp();
  const cookie = await signIn(ann.email);
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ] as Record<string, string>[]) {
    expect((await ask("sign-in/email", { headers, body: ann })).status).toBe(403);
    const out = await ask("sign-out", { headers: { ...headers, cookie }, body: {} });
    expect(out.status).toBe(403);
  }
  expect(await viewerBy(cookie)).not.toBeNull();
  const away = { ...ann, callbackURL: "https://evil.example/" };
  expect((await ask("sign-in/email", { body: away })).status).toBe(403);
});

test("guessing is stopped, per account and per address, with the time to wait", async () => {
  await signUp();
  await db().rateLimit.deleteMany();
  const guess = (email: string, address: string) =>
    ask("sign-in/email", { headers: { "x-hub-address": address }, body: { email, password: "x" } });
  const statuses = async (...given: Parameters<typeof guess>[]) => {
    const answers: number[] = [];
    for (const one of given) answers.push((await guess(...one)).status);
    return answers;
  };
  const bob = "bob@people.example";
  expect(await statuses([ann.email, "192.0.2.1"], [bob, "192.0.2.2"])).toEqual([401, 401]);
  // one more of each is one too many: of ann's account from anywhere, of anybody's from there
  const once = { where: { key: { contains: " for " } }, data: { count: 19 } };
  await db().rateLimit.updateMany(once);
  expect(await statuses([ann.email, "192.0.2.3"], [ann.email, "192.0.2.4"])).toEqual([401, 429]);
  expect(await statuses([bob, "192.0.2.4"])).toEqual([401]);
  const refused = await guess(ann.email, "192.0.2.5");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);

  await db().rateLimit.updateMany({
    where: { key: "sign-in/email from 192.0.2.1" },
    data: { count: 20 },
  });
  expect(await statuses(["cy@people.example", "192.0.2.1"])).toEqual([429]);
  await db().rateLimit.updateMany({ data: { since: new Date(Date.now() - 3600_000) } });
  expect(await statuses([ann.email, "192.0.2.1"])).toEqual([401]);
});

test.each([
  ["get-session", undefined],
  ["list-sessions", undefined],
  ["update-user", { image: "x" }],
  ["delete-user", {}],
  ["link-social", { provider: "github" }],
  ["sign-in/email/", {}],
])("nothing else of the library is open: %s", async (path, body) => {
  expect((await ask(path, { body })).status).toBe(404);
});

describe("a maintainer", () => {
  let kim: string;
  beforeEach(async () => {
    kim = await person("kim", "reader").then(({ email }) => signIn(email));
  });
  const as = (cookie: string, body?: object) =>
    new Request("https://hub.example/api/v1/people", {
      method: "POST",
      headers: { cookie, origin: hosted.AUTH_URL },
      ...(body && { body: JSON.stringify(body) }),
    });
  const at = (id: string) => ({ params: Promise.resolve({ person: id }) });
  const reset = (token: string, newPassword = "another horse battery") =>
    ask("reset-password", { body: { token, newPassword } });
  const tokenIn = (address: string) => new URL(address).searchParams.get("token") ?? "";

  test("is who AUTH_MAINTAINERS names, once the address is proven", async () => {
    expect(await viewerBy(kim)).toMatchObject({ role: "maintainer" });
    await db().user.deleteMany({ where: { id: { not: "local" } } });
    const claimed = await signUp({ ...ann, email: "kim@people.example" });
    expect(await viewerBy(cookieOf(claimed))).toMatchObject({ role: "member" });
  });

  test("invites by a link that is good once", async () => {
    const body = { email: "Bob@people.example", name: "Bob", role: "reader" };
    const invited = (await (await people.POST(as(kim, body))).json()) as { link: string };
    expect(invited.link).toMatch(/^https:\/\/hub\.example\/reset\?token=/);
    expect(JSON.stringify(await db().verification.findMany())).not.toContain(tokenIn(invited.link));
    expect((await people.POST(as(kim, body))).status).toBe(409);
    expect((await reset(tokenIn(invited.link))).status).toBe(200);
    expect((await reset(tokenIn(invited.link))).status).toBe(400);
    const cookie = await signIn("bob@people.example", "another horse battery");
    expect(await viewerBy(cookie)).toMatchObject({ name: "Bob", role: "reader" });
  });

  test("makes a link for a new password, which ends what was there before", async () => {
    const { id, email } = await person("ann", "member");
    const before = await signIn(email);
    const token = await tokenOf(id, ["write"]);
    const made = (await (await link.POST(as(kim), at(id))).json()) as { link: string };
    expect((await reset(tokenIn(made.link))).status).toBe(200);
    expect(await viewerBy(before)).toBeNull();
    expect(await viewerBy(await signIn(email))).toBeNull();
    const bearer = { headers: new Headers({ authorization: `Bearer ${token}` }) };
    await expect(viewerOf(bearer)).rejects.toMatchObject({ status: 401 });
    expect((await link.POST(as(kim), at("local"))).status).toBe(404);
  });

  test("shuts an account, which ends its sessions and its tokens, and opens it again", async () => {
    const { id, email } = await person("ann", "member");
    const cookie = await signIn(email);
    const authorization = `Bearer ${await tokenOf(id, ["write"])}`;
    const change = (body: object, on = id) => onePerson.PATCH(as(kim, body), at(on));
    expect((await change({ disabled: true })).status).toBe(200);
    expect(await viewerBy(cookie)).toBeNull();
    await expect(viewerOf({ headers: new Headers({ authorization }) })).rejects.toThrow("token");
    expect(await signIn(email)).not.toContain("session_token");
    await change({ disabled: false, role: "reader" });
    expect(await viewerBy(await signIn(email))).toMatchObject({ role: "reader" });
    const self = (await viewerBy(kim))?.id ?? "";
    expect((await change({ role: "reader" }, self)).status).toBe(409);
  });

  test("removes an account; what it had is then maintainers'", async () => {
    const { id } = await person("ann", "member");
    const remove = (on: string) => onePerson.DELETE(as(kim), at(on));
    expect((await remove(id)).status).toBe(200);
    expect(await db().account.count({ where: { user_id: id } })).toBe(0);
    expect((await remove(id)).status).toBe(404);
    expect((await remove("local")).status).toBe(404);
  });
});

describe("by GitHub", () => {
  const profile = { id: 7, login: "gil", name: "Gil", email: "gil@people.example" };
  const fetched: string[] = [];
  const real = globalThis.fetch;
  const emails = [{ email: profile.email, primary: true, verified: true }];
  // The library's endpoints are fixed, so what stands for GitHub takes the place of fetch.
  beforeAll(() => {
    globalThis.fetch = async (input) => {
      const { href } = new URL(input instanceof Request ? input.url : String(input));
      fetched.push(href);
      if (href.endsWith("/login/oauth/access_token"))
        return Response.json({ access_token: "gho_x", token_type: "bearer", scope: "read:user" });
      return Response.json(href.endsWith("/user/emails") ? emails : profile);
    };
  });
  afterAll(() => {
    globalThis.fetch = real;
  });

  /** Goes there and comes back, as a browser would. */
  async function visit() {
    const begun = await ask("sign-in/social", {
      body: { provider: "github", callbackURL: "/runs" },
    });
    const { address } = (await begun.json()) as { address: string };
    const { searchParams } = new URL(address);
    const back = new URLSearchParams({ code: "c", state: searchParams.get("state") ?? "" });
    const headers = { cookie: cookieOf(begun) };
    return { address, searchParams, answer: await ask(`callback/github?${back}`, { headers }) };
  }

  test("one comes back signed in, and nobody else is asked", async () => {
    const { address, searchParams, answer } = await visit();
    expect(address).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
    expect(searchParams.get("redirect_uri")).toBe("https://hub.example/api/auth/callback/github");
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe("/runs");
    expect(await viewerBy(cookieOf(answer))).toMatchObject({ name: "Gil", role: "member" });
    expect(new Set(fetched.map((href) => new URL(href).host))).toEqual(
      new Set(["github.com", "api.github.com"]),
    );
    const { access_token } = await db().account.findFirstOrThrow();
    expect(access_token).not.toContain("gho_x");
  });

  test("a shut account stays shut, and an unproven one is not taken over", async () => {
    await visit();
    await db().user.updateMany({ data: { disabled_at: new Date() } });
    expect(cookieOf((await visit()).answer)).not.toMatch(/session_token=[^;]/);
    await db().user.deleteMany({ where: { id: { not: "local" } } });
    await signUp({ ...ann, email: profile.email });
    expect(cookieOf((await visit()).answer)).not.toMatch(/session_token=[^;]/);
  });
});

test("the library's tables are ours", async () => {
  const { checkSchema } = (await auth().$context) as { checkSchema?: () => Promise<void> };
  await checkSchema?.();
});
