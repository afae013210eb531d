import { type FeatureKey, toShortId } from "./short-link.ts";
import type { Visibility } from "./views.ts";

/*
 * Every address of the hub is built here; a slug holds nothing that must be escaped, a file name may.
 */

type Pinned = { revision?: string | null };

export const uploadPath = "/upload";
export const searchPath = "/search";

/** The formats of other systems that are read. */
export const formatsPath = "/formats";

/** Two dictionaries side by side; which, and what of them, is its query (lib/compare-query.ts). */
export function comparePath(query: Record<string, string>): string {
  return withQuery("/compare", query);
}

/** Whether the hub is well. */
export const statusPath = "/status";

/** What is searched for, and where, is its query (lib/search-query.ts makes the shortest). */
export function searchFor(query: Record<string, string>): string {
  return withQuery(searchPath, query);
}

/** Every formula with its version. */
export const metricsPath = "/metrics";

/** What its tables are sorted by, and what its figures show, are the query. */
export function modelPath(model: string, query: Record<string, string> = {}): string {
  return withQuery(`/${model}`, query);
}

export function dictionaryPath(model: string, dictionary: string, pinned: Pinned = {}): string {
  return withQuery(`/${model}/${dictionary}`, { revision: pinned.revision });
}

/** The feature table; sort, filter, page and revision are its query. */
export function featuresPath(
  model: string,
  dictionary: string,
  query: Record<string, string | number | null | undefined> = {},
): string {
  return withQuery(`/${model}/${dictionary}/features`, query);
}

/** Where the dictionary succeeds and fails; sort, filter, page and revision are its query. */
export function datapointsPath(
  model: string,
  dictionary: string,
  query: Record<string, string | number | null | undefined> = {},
): string {
  return withQuery(`/${model}/${dictionary}/datapoints`, query);
}

/** Permanent, and the same text in every dictionary that was measured on the same contexts. */
export function datapointPath(
  model: string,
  dictionary: string,
  { context, position }: { context: number; position: number },
  pinned: Pinned = {},
): string {
  return withQuery(`/${model}/${dictionary}/datapoints/${context}/${position}`, {
    revision: pinned.revision,
  });
}

/** What experiments found of a dictionary. */
export function experimentsPath(model: string, dictionary: string, pinned: Pinned = {}): string {
  return withQuery(`/${model}/${dictionary}/experiments`, { revision: pinned.revision });
}

/** Permanent: without a revision it shows the newest one, with it always the same. */
export function featurePath(
  model: string,
  dictionary: string,
  index: number,
  shown: Pinned & { window?: string; others?: string } = {},
): string {
  const { window, others, revision } = shown;
  return withQuery(`/${model}/${dictionary}/${index}`, { window, others, revision });
}

/** Short, and for good: whatever becomes of the dictionary, it shows these weights' feature. */
export function shortPath(key: FeatureKey): string {
  return `/f/${toShortId(key)}`;
}

/** A page of the hub for frames of other pages: its own address behind /embed; what it shows is the query. */
export function embedPath(
  path: string,
  query: Record<string, string | number | null | undefined> = {},
): string {
  return withQuery(`/embed${path}`, query);
}

/** What an address of this hub looks like in another page (oembed.com). */
export function oembedPath(url: string, format: "json" | "xml"): string {
  return withQuery("/api/oembed", { url, format });
}

/** Leads to a feature that fires, another each time. */
export function randomPath(model: string, dictionary: string, pinned: Pinned = {}): string {
  return withQuery(`/${model}/${dictionary}/random`, { revision: pinned.revision });
}

export function jobPath(id: string): string {
  return `/jobs/${id}`;
}

/** Trainings, live. */
export const runsPath = "/runs";

export function runPath(id: string): string {
  return `${runsPath}/${id}`;
}

/** Asks for a run to be stopped, or gone on with. */
export function runWishApiPath(id: string): string {
  return `${apiPath}/runs/${id}/wish`;
}

export function sweepPath(name: string): string {
  return `${runsPath}/sweep/${name}`;
}

/** What autoencoders learnt where the truth is known. */
export const toysPath = "/toys";

export function toyPath(id: string): string {
  return `${toysPath}/${id}`;
}

/** Signs in, and says what came before; `next` is where it leads then. */
export function loginPath(query: { next?: string; after?: SignInStep } = {}): string {
  return withQuery("/login", query);
}
/** A letter to confirm the address is on its way, it is confirmed, a letter for a new password, it holds. */
export type SignInStep = "signup" | "verified" | "forgotten" | "reset";
export const signUpPath = "/signup";
/** Where somebody asks for a new password, or chooses it with what a link says. */
export function resetPath(token?: string): string {
  return withQuery("/reset", { token });
}
/** One's own account, tokens and dictionaries. */
export const settingsPath = "/settings";
/** Who has an account; for maintainers. */
export const peoplePath = "/people";

export function authApiPath(what: string): string {
  return `/api/auth/${what}`;
}

/** Where people talk about features, the newest first. */
export const discussionsPath = "/discussions";

/** Where one is begun; the text to begin with may be given, as an address. */
export function newDiscussionPath(about?: string): string {
  return withQuery(`${discussionsPath}/new`, { about });
}

export function discussionPath({ id, title }: { id: number; title: string }): string {
  return `${discussionsPath}/${id}${slugOf(title)}`;
}

/** A comment where it stands. */
export function commentPath(discussion: { id: number; title: string }, comment: number): string {
  return `${discussionPath(discussion)}#comment-${comment}`;
}

export function discussionsApiPath(): string {
  return `${apiPath}/discussions`;
}

export function discussionApiPath(id: number): string {
  return `${apiPath}/discussions/${id}`;
}

/** Where answers are sent. */
export function commentsApiPath(discussion: number): string {
  return `${discussionApiPath(discussion)}/comments`;
}

export function commentApiPath(id: number): string {
  return `${apiPath}/comments/${id}`;
}

/** Collections of features that people made. */
export const listsPath = "/lists";

/** Where one is made; it may begin with a feature, as an address. */
export function newListPath(feature?: string): string {
  return withQuery(`${listsPath}/new`, { feature });
}

export function listPath({ id, title }: { id: string; title: string }): string {
  return `${listsPath}/${id}${slugOf(title)}`;
}

export const listsApiPath = "/api/v1/lists";

export function listApiPath(id: string): string {
  return `${listsApiPath}/${id}`;
}

/** Where features are put into it. */
export function listItemsApiPath(list: string): string {
  return `${listApiPath(list)}/items`;
}

export function listItemApiPath(list: string, item: number): string {
  return `${listItemsApiPath(list)}/${item}`;
}

/** What the addresses in a text lead to. */
export const mentionsApiPath = "/api/v1/mentions";

/** Atom: what is said on the hub, or with its address of a dictionary or a feature. */
export function feedPath(of: string = discussionsPath): string {
  return `${of}/feed.xml`;
}

/** "What is this?" → "-what-is-this": the readable end of an address. */
function slugOf(title: string): string {
  const words =
    title
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words
    .slice(0, 8)
    .map((word) => `-${word}`)
    .join("")
    .slice(0, 60);
}

/** A text against dictionaries of a model: `d` is `name` or `name@revision`. */
export function tryPath(
  query: { model?: string; d?: string[]; text?: string; feature?: number | null } = {},
): string {
  const { d = [], ...rest } = query;
  const path = withQuery("/try", rest);
  const params = new URLSearchParams(d.map((name) => ["d", name])).toString();
  return params === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${params}`;
}

export const apiPath = "/api/v1";
/** One's own account, as JSON, and where it is changed. */
export const accountApiPath = `${apiPath}/account`;
export function tokensApiPath(id?: string): string {
  return `${accountApiPath}/tokens${id === undefined ? "" : `/${id}`}`;
}
export function peopleApiPath(id?: string, what: "" | "/link" = ""): string {
  return `${apiPath}/people${id === undefined ? "" : `/${id}${what}`}`;
}
export const openapiPath = `${apiPath}/openapi.json`;

export function uploadsApiPath(filename: string, visibility?: Visibility): string {
  return withQuery(`${apiPath}/uploads`, { filename, visibility });
}

export function jobApiPath(id: string, what: "" | "/answer" | "/cancel" = ""): string {
  return `${apiPath}/jobs/${id}${what}`;
}

/** Takes the name of a repository that holds a foreign dictionary. */
export const importsApiPath = `${apiPath}/imports`;

/** The dictionary as JSON, and where its owner changes it. */
export function dictionaryApiPath(model: string, dictionary: string): string {
  return `${apiPath}/dictionaries/${model}/${dictionary}`;
}

/** How far a comparison is, and what it found; it is asked for by POST. */
export function comparisonsApiPath(query: Record<string, string> = {}): string {
  return withQuery(`${apiPath}/comparisons`, query);
}

/** What a reader may have begun to type. */
export function suggestionsApiPath(q: string): string {
  return withQuery(`${apiPath}/search/suggestions`, { q });
}

/** One feature's record and examples as JSON. */
export function featureApiPath(
  model: string,
  dictionary: string,
  index: number,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}`, {
    revision: pinned.revision,
  });
}

/** Takes a text, and answers what the feature does along it. */
export function featureTryApiPath(
  model: string,
  dictionary: string,
  index: number,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}/try`, {
    revision: pinned.revision,
  });
}

/** How the loss changes without the feature. */
export function ablationApiPath(
  model: string,
  dictionary: string,
  index: number,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}/ablation`, {
    revision: pinned.revision,
  });
}

/** What people call it, and where they say so. */
export function labelsApiPath(
  model: string,
  dictionary: string,
  index: number,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}/labels`, {
    revision: pinned.revision,
  });
}

/** What is shown of it where it is named. */
export function cardApiPath(
  model: string,
  dictionary: string,
  index: number,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}/card`, {
    revision: pinned.revision,
  });
}

export function labelApiPath(id: number): string {
  return `${apiPath}/labels/${id}`;
}

/** Agreement with a label. */
export function votesApiPath(label: number): string {
  return `${labelApiPath(label)}/votes`;
}

/** A feature's examples as plain text: those of an interval, or one of them by its rank. */
export function featureTextApiPath(
  model: string,
  dictionary: string,
  index: number,
  query: { interval: number; rank?: number; window?: string } & Pinned,
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}/text`, query);
}

/** One feature at a glance. */
export function featurePreviewApiPath(
  model: string,
  dictionary: string,
  index: number,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/features/${index}/preview`, {
    revision: pinned.revision,
  });
}

/** A page of the feature table as JSON; sort, filter, page and revision are its query. */
export function featuresApiPath(
  model: string,
  dictionary: string,
  query: Record<string, string | number | null | undefined> = {},
): string {
  return `${apiPath}/dictionaries${featuresPath(model, dictionary, query)}`;
}

/** Where the features lie and what is drawn of them, as columns (see columns.ts). */
export function featurePointsApiPath(
  model: string,
  dictionary: string,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/feature-points`, {
    revision: pinned.revision,
  });
}

/** One datapoint's text and numbers as JSON. */
export function datapointApiPath(
  model: string,
  dictionary: string,
  at: { context: number; position: number },
  pinned: Pinned = {},
): string {
  return `${apiPath}/dictionaries${datapointPath(model, dictionary, at, pinned)}`;
}

/** Where the datapoints lie and what is drawn of them, as columns (see columns.ts). */
export function pointsApiPath(model: string, dictionary: string, pinned: Pinned = {}): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/points`, {
    revision: pinned.revision,
  });
}

/** The text around one of them. */
export function snippetApiPath(
  model: string,
  dictionary: string,
  { context, position }: { context: number; position: number },
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/points/${context}/${position}`, {
    revision: pinned.revision,
  });
}

/** Takes a selection of them, and compares it with all. */
export function selectionApiPath(model: string, dictionary: string, pinned: Pinned = {}): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/selection`, {
    revision: pinned.revision,
  });
}

/** The whole bundle as one tar. */
export function bundlePath(model: string, dictionary: string, pinned: Pinned = {}): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/bundle.tar`, {
    revision: pinned.revision,
  });
}

/** A dictionary in another system's files, as a tar. */
export function exportPath(
  model: string,
  dictionary: string,
  format: string,
  pinned: Pinned = {},
): string {
  return withQuery(`${apiPath}/dictionaries/${model}/${dictionary}/export/${format}`, {
    revision: pinned.revision,
  });
}

/** One file of the bundle. */
export function filePath(
  model: string,
  dictionary: string,
  name: string,
  pinned: Pinned = {},
): string {
  return withQuery(
    `${apiPath}/dictionaries/${model}/${dictionary}/files/${encodeURIComponent(name)}`,
    { revision: pinned.revision },
  );
}

/** First parts of an address that are the hub's own, so that no model may be called so. */
export const reservedModelSlugs: readonly string[] = [
  "_next",
  "about",
  "admin",
  "api",
  "apple-icon",
  "apple-icon.png",
  "compare",
  "datapoints",
  "discussions",
  "docs",
  "embed",
  "f",
  "favicon.ico",
  "formats",
  "health",
  "icon",
  "icon.png",
  "icon.svg",
  "jobs",
  "lists",
  "login",
  "logout",
  "manifest.json",
  "manifest.webmanifest",
  "metrics",
  "models",
  "oembed",
  "opengraph-image",
  "people",
  "reset",
  "robots.txt",
  "runs",
  "search",
  "settings",
  "signup",
  "sitemap.xml",
  "status",
  "toys",
  "train",
  "try",
  "twitter-image",
  "upload",
  "uploads",
  "users",
];

/** Second parts of an address that are the hub's own, so that no dictionary may be called so. */
export const reservedDictionarySlugs: readonly string[] = [
  "compare",
  "dictionaries",
  "layers",
  "opengraph-image",
  "twitter-image",
];

/** An address with the parts of its query that say something. */
export function withQuery(
  path: string,
  query: Record<string, string | number | null | undefined>,
): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(key, String(value));
  }
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}
