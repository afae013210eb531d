import ReactMarkdown, { type Options } from "react-markdown";
import remarkGfm from "remark-gfm";
import { parseAddress } from "./address.ts";
import { limitDepth, shallow } from "./written.ts";

/** What a link within a text may name: a feature, or without index a dictionary, or either by a short id. */
export type Mentioned = {
  /** the link as Markdown has it */
  address: string;
  /** of a whole URL; null for a path */
  host: string | null;
  short: string | null;
  model: string;
  dictionary: string;
  index: number | null;
  revision: string | null;
};

/** No text names more; those after them stay as they are written. */
export const MOST_MENTIONS = 50;

const slug = "[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?";
const revision = "(?:\\?revision=[0-9a-f]{64})?";
const path = `/f/[1-9A-HJ-NP-Za-km-z]{2,9}|/?${slug}/${slug}/\\d{1,9}${revision}|/${slug}/${slug}${revision}`;
/** An address that stands in a text by itself: no part of a longer path, a fraction, or a word. */
const written = new RegExp(`(?<![\\w/.:@#?=&~-])(?:${path})(?![\\w/-]|[.]\\w)`, "g");

type Node = {
  type: string;
  value?: string;
  url?: string;
  children?: Node[];
  data?: { hProperties: Record<string, string> };
};

/** A remark plugin: addresses in the text become links, which `dataAddress` tells from those that somebody made. */
export function linkAddresses({ found }: { found?: (mentioned: Mentioned) => void } = {}) {
  return (tree: Node): void => {
    const open = [tree];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.type === "link") {
        const mentioned = mentionedBy(node.url ?? "");
        if (mentioned) found?.(mentioned);
        if (mentioned && isBare(node)) node.data = { hProperties: { dataAddress: "" } };
        continue; // there are no links within links
      }
      if (node.type === "linkReference" || !node.children) continue;
      node.children = node.children.flatMap((child) =>
        child.type === "text" ? split(child.value ?? "") : [child],
      );
      open.push(...node.children.toReversed());
    }
  };
}

/** Whether a link's text is its address, as of one that was pasted. */
function isBare({ url, children = [] }: Node): boolean {
  return children.length === 1 && children[0]?.value === url;
}

/** A text, with the addresses in it as links. */
function split(text: string): Node[] {
  const parts: Node[] = [];
  let done = 0;
  for (const { 0: match, index } of text.matchAll(written)) {
    if (index > done) parts.push({ type: "text", value: text.slice(done, index) });
    const url = match.startsWith("/") ? match : `/${match}`;
    const data = { hProperties: { dataAddress: "" } };
    parts.push({ type: "link", url, children: [{ type: "text", value: match }], data });
    done = index + match.length;
  }
  if (done < text.length) parts.push({ type: "text", value: text.slice(done) });
  return parts;
}

/** What a link may name; null if it is no address of a feature or a dictionary. */
export function mentionedBy(address: string): Mentioned | null {
  if (address.length > 500 || !/^(\/(?!\/)|https?:\/\/)/i.test(address)) return null;
  const base = "http://path.invalid";
  if (!URL.canParse(address, base)) return null;
  const url = new URL(address, base);
  const host = address.startsWith("/") ? null : url.host;
  const said = { address, host, revision: url.searchParams.get("revision") };
  const short = /^\/f\/(\w{2,9})$/.exec(url.pathname)?.[1];
  if (short !== undefined) return { ...said, short, model: "", dictionary: "", index: null };
  const named = parseAddress(url.pathname);
  if (!named?.dictionary) return null;
  const { model, dictionary, index = null } = named;
  return { ...said, short: null, model, dictionary, index };
}

/** What a Markdown text's links name, each address once: by the same steps by which the text is drawn. */
export function mentionsIn(text: string): Mentioned[] {
  const mentions = new Map<string, Mentioned>();
  const found = (mentioned: Mentioned) => {
    if (mentions.size < MOST_MENTIONS) mentions.set(mentioned.address, mentioned);
  };
  const remarkPlugins: Options["remarkPlugins"] = [
    remarkGfm,
    limitDepth,
    [linkAddresses, { found }],
  ];
  ReactMarkdown({ children: shallow(text), remarkPlugins });
  return [...mentions.values()];
}
