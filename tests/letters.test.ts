import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, db } from "../server/db.ts";
import { viewerOf } from "../server/viewer.ts";
import { ask, cookieOf, hosted, password, signIn } from "./accounts.ts";

/* Accounts of a hub that sends letters: to a mail server that keeps them. */

type Letter = { to: string; text: string };
const letters: Letter[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer((socket) => {
    let received = "";
    let isLetter = false;
    socket.write("220 mail\r\n");
    socket.on("data", (chunk) => {
      received += chunk;
      for (let end = ending(); end >= 0; end = ending()) {
        const text = received.slice(0, end);
        received = received.slice(end + (isLetter ? 5 : 2));
        if (isLetter) keep(text);
        isLetter = text === "DATA";
        socket.write(isLetter ? "354 go on\r\n" : "250 ok\r\n");
      }
    });
    const ending = () => received.indexOf(isLetter ? "\r\n.\r\n" : "\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  Object.assign(process.env, hosted, {
    AUTH_SIGN_UP: "readers",
    AUTH_MAINTAINERS: "kim@people.example",
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: "hub@hub.example",
  });
});
afterAll(async () => {
  server.close();
  await closeDb();
});

function keep(text: string): void {
  letters.push({ to: /^To: (.*)$/m.exec(text)?.[1] ?? "", text: text.replaceAll("=\r\n", "") });
}

/** The address in the last letter. */
function link(): URL {
  const [address = ""] = /https:\/\/hub\.example\S+/.exec(letters.at(-1)?.text ?? "") ?? [];
  return new URL(address.replaceAll("=3D", "="));
}

const kim = { name: "Kim <evil@evil.example>", email: "kim@people.example", password };
const viewerBy = (cookie: string) => viewerOf({ headers: new Headers({ cookie }) });

test("an account is its address's owner's: it opens once a letter's link was followed", async () => {
  const signedUp = await ask("sign-up/email", { body: kim });
  expect(await signedUp.json()).toEqual({ address: "/login?after=signup" });
  expect(cookieOf(signedUp)).toBe("");
  expect(letters.map(({ to }) => to)).toEqual(['"Kim <evil@evil.example>" <kim@people.example>']);
  expect((await ask("sign-in/email", { body: kim })).status).toBe(403);

  const { pathname, search } = link();
  const followed = await ask(`${pathname.replace("/api/auth/", "")}${search}`);
  expect(followed.headers.get("location")).toBe("/login?after=verified");
  expect(await viewerBy(await signIn(kim.email))).toMatchObject({ role: "maintainer" });
});

test("whoever signs up with an address that has an account is told what everybody is, and it a letter", async () => {
  const before = letters.length;
  const answer = await ask("sign-up/email", { body: { ...kim, password: "another one of mine" } });
  expect([answer.status, await answer.json()]).toEqual([200, { address: "/login?after=signup" }]);
  expect(letters.slice(before).map(({ text }) => text)).toEqual([
    expect.stringContaining("Somebody wanted to make an account"),
  ]);
  expect(await db().account.count()).toBe(1);
});

test("a forgotten password is replaced by a letter's link, once; strangers hear nothing else", async () => {
  const forgotten = (email: string) => ask("request-password-reset", { body: { email } });
  const before = letters.length;
  const [known, unknown] = [await forgotten(kim.email), await forgotten("who@people.example")];
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
  expect(letters).toHaveLength(before + 1);
  const token = link().searchParams.get("token");
  const body = { token, newPassword: "a new horse battery" };
  expect((await ask("reset-password", { body })).status).toBe(200);
  expect((await ask("reset-password", { body })).status).toBe(400);
  expect(await signIn(kim.email)).toBe("");
  expect(await viewerBy(await signIn(kim.email, "a new horse battery"))).not.toBeNull();
});
