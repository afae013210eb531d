/** What long work tells whoever watches; the terminal, a job page and a test read the same record. */
export type Progress = {
  /** e.g. "harvest", "train topk" */
  stage: string;
  done: number;
  total: number;
  /** what `done` counts, e.g. "tokens" */
  unit: string;
  /** figures worth a glance, e.g. { loss: 0.31, l0: 32 } */
  values?: Record<string, number>;
};

export type Report = (progress: Progress) => void;
