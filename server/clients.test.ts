import { expect, test } from "vitest";
import { addressHeader, forwardedHeader, marksOf } from "./clients.ts";

const asked = (headers: Record<string, string> = {}, remoteAddress = "192.0.2.1") => ({
  headers,
  httpVersion: "1.1",
  socket: { remoteAddress },
});
const addressOf = (...given: Parameters<typeof marksOf>) => marksOf(...given)[addressHeader];

test("a request's address is its connection's, whatever its headers say", () => {
  const lies = { "x-forwarded-for": "198.51.100.7", [addressHeader]: "198.51.100.7" };
  expect(addressOf(asked(lies), 0)).toBe("192.0.2.1");
});

test("behind proxies it is what the outermost of them added, not what came before that", () => {
  const chain = { "x-forwarded-for": "forged, 198.51.100.7, 10.0.0.2" };
  expect(addressOf(asked(chain), 2)).toBe("198.51.100.7");
  expect(addressOf(asked(chain), 1)).toBe("10.0.0.2");
  expect(addressOf(asked({}), 1)).toBe("192.0.2.1");
});

test("IPv6 counts by the network that one customer has, and a mapped address as what it maps", () => {
  expect(addressOf(asked({}, "2001:db8:1:2:3:4:5:6"), 0)).toBe("2001:db8:1:2");
  expect(addressOf(asked({}, "2001:DB8::6"), 0)).toBe("2001:db8:0:0");
  expect(addressOf(asked({}, "::1"), 0)).toBe("0:0:0:0");
  expect(addressOf(asked({}, "::ffff:192.0.2.1"), 0)).toBe("192.0.2.1");
});

test("what a proxy leaves in a request marks it, and nothing that the sender says unmarks it", () => {
  const isMarked = (headers: Record<string, string>, httpVersion = "1.1") =>
    marksOf({ ...asked(headers), httpVersion }, 0)[forwardedHeader] !== undefined;
  expect(isMarked({ host: "127.0.0.1:3000" })).toBe(false);
  for (const name of ["x-forwarded-for", "x-forwarded-host", "forwarded", "via", "x-real-ip"])
    expect(isMarked({ [name]: "" })).toBe(true);
  expect(isMarked({}, "1.0")).toBe(true);
  expect(isMarked({ [forwardedHeader]: "" })).toBe(false);
});
