/** Whose datapoints a map shows. */
export type Of = {
  model: string;
  dictionary: string;
  /** the revision that the page shows */
  revision: string;
  /** whether links pin it too */
  isPinned: boolean;
};
