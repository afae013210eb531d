import Link from "next/link";
import type { ReactNode } from "react";
import { bundleFiles } from "trainer/bundle";
import { loginPath, settingsPath, uploadPath, uploadsApiPath } from "@/lib/routes.ts";
import type { Viewer } from "@/lib/views.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { UploadForm } from "./upload-form.tsx";

type Props = {
  origin: string;
  viewer: Viewer;
  /** whether one signs in here */
  hosted: boolean;
};

export function UploadCard({ origin, viewer, hosted }: Props) {
  const hindrance = hindranceOf(viewer, hosted);
  const [variable, header] = hosted
    ? ["HUB_TOKEN=dh_… ", " -H 'Authorization: Bearer dh_…'"]
    : ["", ""];
  const commands = [
    {
      title: "With the trainer",
      code: `${variable}npm run trainer -- upload runs/my-run --to ${origin}`,
    },
    {
      title: "With curl",
      code: `curl -X POST -T bundle.tar${header} '${origin}${uploadsApiPath("bundle.tar")}'`,
    },
  ];
  return (
    <div className="max-w-3xl space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Upload a bundle"
        lead="A bundle is the folder that the trainer writes. The hub checks every hash and shape before it takes anything, and says what is wrong when it does not."
      />
      {hindrance && <div className="panel px-4 py-3">{hindrance}</div>}
      <p className="panel hidden px-4 py-3 noscript:block">
        Dropping and choosing files needs JavaScript. Without it, use one of the commands below.
      </p>
      {!hindrance && (
        <div className="noscript:hidden">
          <UploadForm others={hosted} />
        </div>
      )}
      <Section title="From a terminal">
        <dl className="panel divide-y divide-line">
          {commands.map(({ title, code }) => (
            <div key={title} className="px-4 py-3">
              <dt className="eyebrow">{title}</dt>
              <dd className="flex items-center justify-between gap-2">
                <code className="min-w-0 text-[0.8125rem] break-words">{code}</code>
                <CopyButton
                  text={code}
                  label={`Copy the command ${title.toLowerCase()}`}
                  className="grid size-7 shrink-0 cursor-pointer place-items-center rounded hover:bg-sunken"
                />
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="What must be in it">
        <ul className="panel columns-1 px-4 py-3 font-mono text-[0.8125rem] sm:columns-2">
          <li>manifest.json</li>
          {Object.entries(bundleFiles).map(([name, { required }]) => (
            <li key={name}>
              {name}
              {!required && <span className="font-sans text-ink-2"> (optional)</span>}
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

/** Why the viewer cannot upload here, and what to do; null if nothing hinders. */
function hindranceOf(viewer: Viewer, hosted: boolean): ReactNode {
  if (viewer === null && hosted)
    return (
      <>
        <Link href={loginPath({ next: uploadPath })} className="link">
          Sign in
        </Link>{" "}
        to upload from this page, or send a bundle from a terminal with a token of yours.
      </>
    );
  if (viewer === null)
    return "Nobody can sign in to this hub, so it takes bundles from its owner on its own machine, and from elsewhere with its RUN_TOKEN.";
  if (viewer.role === "reader")
    return (
      <>
        Your role is reader; members upload. A maintainer of this hub can make you one (
        <Link href={settingsPath} className="link">
          your account
        </Link>
        ).
      </>
    );
  return null;
}
