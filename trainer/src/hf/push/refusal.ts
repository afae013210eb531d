import { HubError, UsageError } from "../../bundle/errors.ts";
import { type Asked, refusal, saidBy } from "../refusal.ts";

/** The error that says why the hub does not take what is sent, and what to do. */
export async function pushRefusal(answer: Response, asked: Asked): Promise<Error> {
  const { settings, repo, path } = asked;
  const { status } = answer;
  const token = settings.token?.from;
  const where = `${repo.id} on ${settings.endpoint}`;
  const what = path === null ? where : `${path} of ${where}`;
  const make = async (advice: string) => {
    const said = await saidBy(answer);
    return new HubError(`${what}: ${advice} (${said === null ? status : `${status}: ${said}`})`);
  };
  switch (status) {
    case 401:
      return make(
        `the token in ${token} is not accepted; make another that may write, and set HF_TOKEN to it`,
      );
    case 403:
      return make(
        `the token in ${token} may not write there; make one that may, or choose another --to`,
      );
    case 409:
    case 412:
      return make("it was changed while this was sent; give the same command again");
    case 413:
      return make("it is larger than the hub takes");
    case 400:
    case 422:
      return new UsageError((await make("the hub does not take it")).message);
    default:
      return refusal(answer, asked);
  }
}
