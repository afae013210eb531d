import Link from "next/link";
import type { ReactNode } from "react";
import { bundleFiles, foreignFormats } from "trainer/bundle";
import { formatsPath, loginPath, settingsPath, uploadPath, uploadsApiPath } from "@/lib/routes.ts";
import type { JobSummary, Viewer } from "@/lib/views.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { JobList } from "./job-list.tsx";
import { RepositoryForm } from "./repository-form.tsx";
import { UploadForm } from "./upload-form.tsx";

type Props = {
  origin: string;
  viewer: Viewer;
  /** the viewer's uploads that are not finished */
  jobs: JobSummary[];
  /** whether one signs in here */
  hosted: boolean;
};

export function UploadCard({ origin, viewer, jobs, hosted }: Props) {
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
      code: `curl -X POST -T sae.tar${header} '${origin}${uploadsApiPath("sae.tar")}'`,
    },
  ];
  return (
    <div className="max-w-3xl space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Upload a dictionary"
        lead={
          <>
            A bundle is the folder that the trainer writes: the hub checks every hash and shape
            before it takes anything. A dictionary of{" "}
            <Link href={formatsPath} className="link">
              another format
            </Link>{" "}
            needs its weights alone: the hub shows how it reads them, asks what the files do not
            say, and measures it.
          </>
        }
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
      {jobs.length > 0 && (
        <Section title="Under way">
          <JobList jobs={jobs} />
        </Section>
      )}
      {!hindrance && (
        <Section title="From a model hub">
          <RepositoryForm others={hosted} />
        </Section>
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
      <Section title="What is accepted">
        <p className="mb-3 text-pretty">
          Files of {formatTitles()}, as a folder, a zip or tar, or one by one (
          <Link href={formatsPath} className="link">
            what is decided for each
          </Link>
          ); or a bundle, with these files:
        </p>
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

/** "SAELens, sparsify and Gemma Scope" */
function formatTitles(): string {
  const titles = Object.values(foreignFormats).map(({ title }) => title);
  return `${titles.slice(0, -1).join(", ")} and ${titles.at(-1)}`;
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
