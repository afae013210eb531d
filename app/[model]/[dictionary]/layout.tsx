import type { ReactNode } from "react";
import { NothingHere } from "@/components/hub/nothing-here.tsx";
import { answerWith } from "@/server/clients.ts";
import { isGone } from "@/server/gone.ts";

type Props = {
  params: Promise<{ model: string; dictionary: string }>;
  children: ReactNode;
};

/** Every page of a dictionary, as long as it has not been removed. */
export default async function DictionaryLayout({ params, children }: Props) {
  const { model, dictionary } = await params;
  if (!(await isGone(model, dictionary))) return children;
  answerWith(410);
  return (
    <NothingHere
      status={410}
      title="This dictionary is gone"
      href="/"
      link="All models and dictionaries"
    >
      Its owner removed it from this hub, with its features, files and what was said of them.
    </NothingHere>
  );
}
