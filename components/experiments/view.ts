import type { ReactNode } from "react";
import type { ExperimentName, Sections } from "trainer/bundle";
import type { DictionaryView } from "@/lib/views.ts";

/** What draws an experiment's section. */
export type ExperimentView<Name extends ExperimentName> = (props: {
  section: NonNullable<Sections[Name]>;
  dictionary: DictionaryView;
  pinned: { revision?: string };
}) => ReactNode;
