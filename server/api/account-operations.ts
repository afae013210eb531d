import "server-only";
import type { z } from "zod";
import {
  accountChange,
  accountView,
  changedPerson,
  invitation,
  madeToken,
  named,
  passwordLink,
  personChange,
  personList,
  tokenList,
  tokenRequest,
} from "./account-schemas.ts";
import type { Operation } from "./operations.ts";
import { identified } from "./schemas.ts";

const own = { scope: "session", role: "reader", status: 200 } as const;
const ofPeople = { scope: "session", role: "maintainer", status: 200 } as const;
const person = "/people/{person}";

/** One's own account, and for maintainers everybody's. */
export const accountOperations: Operation[] = [
  read("/account", "Whose account asks", accountView),
  {
    ...own,
    method: "patch",
    path: "/account",
    summary: "Change what one is called",
    body: accountChange,
    answer: named,
  },
  read("/account/tokens", "One's tokens, without what they are", tokenList),
  {
    ...own,
    method: "post",
    path: "/account/tokens",
    summary: "Make a token for a program",
    body: tokenRequest,
    answer: madeToken,
  },
  {
    ...own,
    method: "delete",
    path: "/account/tokens/{token}",
    summary: "Revoke a token",
    answer: identified,
  },
  read("/people", "Who has an account; for maintainers", personList),
  {
    ...ofPeople,
    method: "post",
    path: "/people",
    summary: "Make an account for somebody, with a link to choose the password",
    body: invitation,
    answer: passwordLink,
  },
  {
    ...ofPeople,
    method: "patch",
    path: person,
    summary: "Change a role, or shut an account",
    body: personChange,
    answer: changedPerson,
  },
  {
    ...ofPeople,
    method: "delete",
    path: person,
    summary: "Remove an account; its dictionaries stay",
    answer: changedPerson,
  },
  {
    ...ofPeople,
    method: "post",
    path: `${person}/link`,
    summary: "Make a link to choose a new password",
    answer: passwordLink,
  },
];

/* operations.ts imports this file, and so cannot be imported by it for more than its type. */
function read(path: string, summary: string, answer: z.ZodType): Operation {
  return { method: "get", path, summary, status: 200, answer };
}
