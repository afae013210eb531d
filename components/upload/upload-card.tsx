import { bundleFiles } from "trainer/bundle";
import { uploadsApiPath } from "@/lib/routes.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { UploadForm } from "./upload-form.tsx";

export function UploadCard({ origin }: { origin: string }) {
  const commands = [
    {
      title: "With the trainer",
      code: `npm run trainer -- upload runs/my-run --to ${origin}`,
    },
    {
      title: "With curl",
      code: `curl -X POST -T bundle.tar '${origin}${uploadsApiPath("bundle.tar")}'`,
    },
  ];
  return (
    <div className="max-w-3xl space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Upload a bundle"
        lead="A bundle is the folder that the trainer writes. The hub checks every hash and shape before it takes anything, and says what is wrong when it does not."
      />
      <p className="panel hidden px-4 py-3 noscript:block">
        Dropping and choosing files needs JavaScript. Without it, use one of the commands below.
      </p>
      <div className="noscript:hidden">
        <UploadForm />
      </div>
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
