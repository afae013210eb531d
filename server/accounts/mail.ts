import "server-only";
import { createTransport } from "nodemailer";
import type { Env } from "../env.ts";

type To = { name: string; email: string };
type Mailer = Record<"verify" | "reset" | "known", (to: To, link: string) => Promise<void>>;

/** Sends the hub's letters; null where it has no SMTP_URL. */
export function mailer({ SMTP_URL, MAIL_FROM }: Env): Mailer | null {
  if (SMTP_URL === undefined || MAIL_FROM === undefined) return null;
  const transport = createTransport(SMTP_URL, { from: MAIL_FROM });
  const letter = (subject: string, says: string) => async (to: To, link: string) => {
    const text = `${says}\n\n${link}\n\nIf you did not ask for this, nothing has to be done.\n`;
    const address = { name: to.name, address: to.email }; // not one string, in which a name could be an address
    await transport.sendMail({ to: address, subject: `Dictionary Hub: ${subject}`, text });
  };
  return {
    verify: letter("confirm your address", "Follow this link to confirm your address:"),
    reset: letter("a new password", "Choose a new password within a day:"),
    known: letter(
      "you have an account",
      "Somebody wanted to make an account with this address, which has one. Sign in, or ask for a new password:",
    ),
  };
}
