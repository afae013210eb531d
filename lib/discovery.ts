import { oembedPath } from "./routes.ts";

/** For a page's metadata: where other sites learn how to show it (oembed.com, "Discovery"). */
export function oembedTypes(path: string, origin: string) {
  const url = new URL(path, origin).href;
  return {
    "application/json+oembed": oembedPath(url, "json"),
    "text/xml+oembed": oembedPath(url, "xml"),
  };
}
