import Link from "next/link";
import { foreignFormats, type ReadingKey, reading } from "trainer/bundle";
import { uploadPath } from "@/lib/routes.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { partTitle } from "./parts.ts";

/** What is read of other systems, and all that is decided when it is. */
export function FormatsCard() {
  return (
    <div className="max-w-5xl space-y-10">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: uploadPath, text: "upload" },
        ]}
        title="Formats that are read"
        lead="A format is told by what is in the files: keys, shapes and settings, never by a name alone. Nothing in a file is run, and every size is checked before room is made for it."
      />
      <Section title="Formats">
        <dl className="panel divide-y divide-line">
          {Object.entries(foreignFormats).map(([name, { title, files }]) => (
            <div
              key={name}
              id={name}
              className="grid gap-x-8 gap-y-1 px-4 py-3 target:bg-sunken md:grid-cols-[15rem_minmax(0,1fr)]"
            >
              <dt>
                <span className="font-medium">{title}</span>
                <code className="mt-0.5 block text-xs text-ink-2">{name}</code>
              </dt>
              <dd>{files}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-3 max-w-3xl text-pretty text-ink-2">
          As a folder, a zip, a tar or tar.gz, or as single files (.pt, .pth, .pkl, .npz,
          .safetensors); several dictionaries at once, of which one is chosen.
        </p>
      </Section>
      <Section title="What is decided for each">
        <p className="mb-3 max-w-3xl text-pretty">
          With s the input&apos;s scale and N the normalisation of a row: x′ = N(s · x), pre = (x′ −
          b_dec · subtract_b_dec) · W_enc + b_enc, x̂ = N⁻¹(activate(pre) · W_dec + b_dec) / s. What
          the files say is shown with its reason; what they do not say is asked. Then at least 2,000
          activations of the model are read like that and in other ways, and a reading that another
          one beats is not taken unless somebody says so; its page tells of it.
        </p>
        <dl className="panel divide-y divide-line">
          {(Object.keys(reading.shape) as ReadingKey[]).map((key) => (
            <div
              key={key}
              className="grid gap-x-8 gap-y-1 px-4 py-3 md:grid-cols-[15rem_minmax(0,1fr)]"
            >
              <dt>
                <span className="font-medium">{partTitle(key)}</span>
                <code className="mt-0.5 block text-xs text-ink-2">{key}</code>
              </dt>
              <dd>{reading.shape[key].description}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <p>
        <Link href={uploadPath} className="link">
          Upload one
        </Link>
      </p>
    </div>
  );
}
