import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { linkAddresses } from "@/lib/mentions.ts";
import { limitDepth, shallow } from "@/lib/written.ts";

type Props = {
  text: string;
  /** goes before every id in the text (of footnotes), so that two texts on a page do not share any */
  id: string;
  /** draws a link otherwise; undefined: as any other. `pasted` is an address that stood in the text. */
  link?: (href: string, children: ReactNode, pasted: boolean) => ReactNode | undefined;
};

/**
 * Text that somebody wrote, on the server. HTML in it is shown as text, links lead nowhere but to http, https and
 * mailto, and pictures are links: a page asks no other host for anything.
 */
export function Markdown({ text, id, link }: Props) {
  const a: Components["a"] = ({ node, href = "", children, ...rest }) => {
    const pasted = node?.properties.dataAddress !== undefined;
    const drawnAs = link?.(href, children, pasted);
    if (drawnAs !== undefined) return drawnAs;
    return (
      <a {...rest} href={href} {...(href.includes("://") && { rel: "nofollow ugc noopener" })}>
        {children}
      </a>
    );
  };
  return (
    <div className="written">
      <ReactMarkdown
        remarkPlugins={link ? [remarkGfm, limitDepth, linkAddresses] : [remarkGfm, limitDepth]}
        remarkRehypeOptions={{ clobberPrefix: `${id}-` }}
        components={{ ...drawn, a }}
      >
        {shallow(text)}
      </ReactMarkdown>
    </div>
  );
}

/** Headings start below those of the page. */
const drawn: Components = {
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  img: ({ src, alt }) => (
    <a href={typeof src === "string" ? src : ""} rel="nofollow ugc noopener">
      <ExternalLink aria-hidden="true" size={12} className="mr-1 inline" />
      {alt || "picture"}
    </a>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section aria-label="Table" tabIndex={0} className="overflow-x-auto">
      <table>{children}</table>
    </section>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <pre tabIndex={0}>{children}</pre>
  ),
};
