import { expect, test } from "vitest";
import { takeTurn } from "./limit.ts";

const from = (address: string) => new Headers({ "x-forwarded-for": address });

test("an address has so many turns at once, then two a second; others have their own", () => {
  for (let turn = 0; turn < 40; turn++) takeTurn(from("192.0.2.1"), 0);
  const another = () => takeTurn(from("192.0.2.1"), 0);
  expect(another).toThrow(expect.objectContaining({ status: 429, retry_after: 1 }));
  takeTurn(from("192.0.2.2"), 0);
  takeTurn(from("192.0.2.1"), 500);
  expect(() => takeTurn(from("192.0.2.1"), 900)).toThrow("too many texts from one address");
});
