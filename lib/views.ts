import type {
  AblatedContext,
  Architecture,
  DatapointOrigin,
  Evaluation,
  FeatureRecord,
  ForeignDictionary,
  ImportCheck,
  LiveDictionary,
  Manifest,
  Metrics,
  ReportedLine,
  RunState,
  Sections,
  Toy,
  TrainingLine,
} from "trainer/bundle";
import type { ImportAnswer } from "./import-answer.ts";

/*
 * What server/queries returns and components draw: plain, serialisable data.
 */

export const roles = ["reader", "member", "maintainer"] as const;
export type Role = (typeof roles)[number];

/** What a token may be good for; who is signed in may all that the role may. */
export const scopes = ["upload", "runs", "write"] as const;
export type Scope = (typeof scopes)[number];

/** Who asks; null: nobody who is known. */
export type Viewer = { id: string; name: string; role: Role } | null;

/** How people sign in to this hub. */
export type SignInWays = {
  github: boolean;
  sign_up: "open" | "readers" | "closed";
  /** whether it sends letters */
  mails: boolean;
  /** characters of a password */
  password: { least: number; most: number };
};

/** Somebody's own account. */
export type Account = {
  name: string;
  email: string;
  email_verified: boolean;
  role: Role;
  has_password: boolean;
};

/** An account, as maintainers see it. */
export type Person = Omit<Account, "has_password"> & {
  id: string;
  disabled: boolean;
  /** "password", "github" */
  signs_in_by: string[];
  dictionaries: number;
  tokens: number;
  created_at: string;
  /** when the newest session that is kept began */
  signed_in_at: string | null;
};

export type TokenSummary = {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  expired: boolean;
};

export const visibilities = ["public", "unlisted", "private"] as const;
export type Visibility = (typeof visibilities)[number];

export type ModelSummary = {
  slug: string;
  n_layers: number;
  d_model: number;
  d_vocab: number;
  dictionaries: number;
};

export type ModelView = ModelSummary & {
  weights_sha256: string;
  tokenizer_sha256: string;
  /** ORG/NAME and the commit on a model hub; null: a folder's model */
  source: string | null;
  commit: string | null;
  /** what the trainer was given for it, such as "embedded" */
  given: string | null;
};

/** What experiments found of several of a model's dictionaries together. */
export type ModelExperiments = Pick<Sections, "across_layers" | "layers" | "width">;

export type DictionarySummary = {
  model: string;
  slug: string;
  visibility: Visibility;
  /** the name of whose it is; null when the account is gone */
  owner: string | null;
  hook_name: string;
  layer: number | null;
  architecture: Architecture;
  d_in: number;
  d_sae: number;
  k: number | null;
  /** of a transcoder: the hook it gives back, else null */
  hook_name_out: string | null;
  skip_connection: boolean;
  /** of one that was made elsewhere: how its reading stood the check; null of one that was made here */
  imported: "checked" | "unchecked" | "misread" | null;
  /** ISO time at which the shown revision was ingested */
  updated_at: string;
  /** sha256 of the shown revision's manifest */
  revision: string;
  metrics: Metrics;
};

export type RevisionSummary = { revision: string; created_at: string; newest: boolean };

/** Where a revision is shown. */
export type RevisionAddress = { model: string; slug: string; revision: string };

/** Counts in equal bins over [min, max]; without a value, 0 everywhere. */
export type CountedValues = { min: number; max: number; counts: number[] };

/** How a dictionary's features, dead ones too, lie by a statistic of each. */
export type FeatureHistograms = { decoder_norm: CountedValues; nearest_cosine: CountedValues };

export type StoredFile = { name: string; bytes: number; sha256: string };

/** What another system's files make of a dictionary: to download unless it is refused. */
export type ExportView = {
  format: string;
  title: string;
  /** exact: every number as it is; folded: the same function, some biases computed anew */
  fit: "exact" | "folded" | "refused";
  /** the class that it becomes there; null when it is refused */
  form: string | null;
  /** what changes and what to mind; when it is refused, why */
  says: string[];
};

export type DictionaryView = DictionarySummary & {
  /** what the owner writes of it, in Markdown; empty: nothing */
  description: string;
  /** an SPDX id (see licences.ts); null: none is stated */
  licence: string | null;
  /** whether the viewer may change it */
  is_own: boolean;
  manifest: Manifest;
  evaluation: Evaluation;
  training: TrainingLine[];
  histograms: FeatureHistograms;
  files: StoredFile[];
  exports: ExportView[];
  revisions: RevisionSummary[];
  /** the revision that it was made from; null where there is none, or not on this hub */
  parent: RevisionAddress | null;
  /** features that fire on the dashboard tokens, and the one that `npm start` and the page suggest */
  alive: number;
  suggested_feature: number | null;
};

/** The figures of a feature that a table shows, sorts by and bounds, and that a map is coloured by. */
export const featureFigures = [
  "density",
  "max_activation",
  "nearest_cosine",
  "encoder_decoder_cosine",
  "decoder_norm",
] as const;
export type FeatureFigure = (typeof featureFigures)[number];

export const featureSorts = ["index", "label", "top_token", ...featureFigures] as const;
export type FeatureSort = (typeof featureSorts)[number];

export type FeatureQuery = {
  sort: FeatureSort;
  order: "asc" | "desc";
  /** 1-based */
  page: number;
  per_page: number;
  state: "all" | "alive" | "dead" | "labelled";
  /** a feature index, or text that a top token contains */
  search: string;
  /** text that a label contains */
  label: string;
  /** corners of an outline on the map, as in lib/outline.ts; empty: anywhere */
  within: string;
} & { [Bound in `${FeatureFigure}_${"min" | "max"}`]: number | null };

export type FeatureRow = Record<FeatureFigure, number> & {
  index: number;
  /** what most people call it; null: nobody has said */
  label: string | null;
  /** the token on which the top example fires; null for a dead feature */
  top_token: string | null;
  /** tokens whose logits it raises most, best first */
  promoted: string[];
};

export type FeatureTable = { rows: FeatureRow[]; total: number };

/** A dictionary's features, column by column, in order of the index. */
export type FeaturePoints = Record<FeatureFigure | "umap_x" | "umap_y", Float32Array> & {
  index: Int32Array;
};

/** A feature at a glance: what a card beside a pointer shows. */
export type FeaturePreview = Pick<
  FeatureRow,
  "index" | "density" | "max_activation" | "label" | "top_token" | "promoted"
> & {
  /** where its top example fires; null for a dead feature */
  example: { tokens: string[]; activations: number[] } | null;
};

export type ExampleView = {
  context: number;
  position: number;
  window_start: number;
  tokens: string[];
  activations: number[];
  /** the rest of its context, if it was asked for; what is active there is not stored */
  before?: string[];
  after?: string[];
};

export type IntervalView = {
  /** 0: top; 1…: equal intervals of (0, max_activation], highest first */
  interval: number;
  min: number;
  max: number;
  share: number | null;
  examples: ExampleView[];
};

export type LogitEffect = { token: string; value: number };

/** The nearest feature in each of the model's other dictionaries, by decoder cosine, the nearest first. */
export type ElsewhereView = {
  rows: {
    dictionary: DictionarySummary;
    index: number;
    cosine: number;
    top_token: string | null;
  }[];
  /** how many features were compared, and how many dictionaries were too many to be */
  features: number;
  left_out: number;
};

/** A datapoint at which a feature is active. */
export type FeatureDatapoint = DatapointPlace & {
  activation: number;
  ce_diff: number;
  snippet: { tokens: string[]; at: number };
};

export type FeatureDatapointsView = {
  /** datapoints that were looked through: all of the dictionary; and at how many it is active */
  searched: number;
  datapoints: number;
  /** those with the largest CE-diff, and those with the largest activation */
  worst: FeatureDatapoint[];
  strongest: FeatureDatapoint[];
};

export type FeatureView = {
  dictionary: DictionarySummary;
  /** its short address, e.g. /f/6Nhu */
  short: string;
  record: FeatureRecord;
  intervals: IntervalView[];
  top_logits: LogitEffect[];
  bottom_logits: LogitEffect[];
  nearest: { index: number; cosine: number; top_token: string | null }[];
  connections: ConnectionsView;
  /** null where the bundle does not say what is active at its datapoints */
  datapoints: FeatureDatapointsView | null;
  /** counted tokens behind density and examples */
  dashboard_tokens: number;
  previous: number | null;
  next: number | null;
};

export const datapointSorts = [
  "ce_diff",
  "ce_clean",
  "squared_error",
  "norm_x",
  "l0",
  "position",
] as const;
export type DatapointSort = (typeof datapointSorts)[number];

export type DatapointQuery = {
  sort: DatapointSort;
  order: "asc" | "desc";
  /** 1-based */
  page: number;
  per_page: number;
  origin: "all" | DatapointOrigin;
  /** text that the token contains */
  token: string;
  /** bounds of what is sorted by */
  min: number | null;
  max: number | null;
};

/** What was measured at a datapoint; `ce_…` are next-token losses in nats. */
export type DatapointFigures = {
  ce_clean: number;
  ce_sae: number;
  ce_diff: number;
  squared_error: number;
  norm_x: number;
  norm_x_hat: number;
  l0: number;
};

export type DatapointRow = DatapointFigures & {
  context: number;
  position: number;
  origin: DatapointOrigin;
  /** the tokens around it; `at` is its own place among them */
  snippet: { tokens: string[]; at: number };
};

export type DatapointTable = { rows: DatapointRow[]; total: number };

/** A token of a datapoint's context; its losses are null where none are stored, as of the last one. */
export type ContextToken = {
  token: string;
  ce_clean: number | null;
  ce_sae: number | null;
  /** whether the token policy keeps it */
  counted: boolean;
  /** whether it is a datapoint, of which more than the losses is stored */
  stored: boolean;
};

export type ActiveFeature = {
  index: number;
  activation: number;
  density: number;
  top_token: string | null;
};

export type DatapointPlace = { context: number; position: number };

export type DatapointView = DatapointPlace & {
  dictionary: DictionarySummary;
  /** the whole context; its own token is that at `position` */
  tokens: ContextToken[];
  /** figures beyond the losses are null where it is not among the dictionary's datapoints */
  figures: Pick<DatapointFigures, "ce_clean" | "ce_sae" | "ce_diff"> & {
    [Name in keyof DatapointFigures]: DatapointFigures[Name] | null;
  };
  /** why it is among the dictionary's datapoints, if it is */
  origin: DatapointOrigin | null;
  /** the most active first; null where they are not stored */
  active: ActiveFeature[] | null;
  /** how many of the dictionary's datapoints have a larger CE-diff, and the next of either side */
  worse: number;
  datapoints: number;
  next_worse: DatapointPlace | null;
  next_better: DatapointPlace | null;
  /** the same text in every dictionary of the model that measured it, this one among them, by layer */
  layers: { dictionary: DictionarySummary; ce_clean: number; ce_sae: number }[];
};

/** A dictionary of the same model that features are connected with. */
export type ConnectedDictionary = {
  slug: string;
  hook_name: string;
  /** whether this hub has the weights that were connected, the name with other weights, or neither */
  state: "same" | "other_weights" | "missing";
  /** sha256 of its revision; null where the newest is meant, or where there is none */
  revision: string | null;
};

export type ConnectedFeature = {
  index: number;
  top_token: string | null;
  /** in W and in W', per unit of the source's activation; null where it has none */
  weight: number | null;
  relu_weight: number | null;
};

/** What a feature is built from in one dictionary, the strongest first. */
export type BuiltFrom = {
  dictionary: ConnectedDictionary;
  /** on held-out tokens; null where it does not vary, or was not asked for */
  variance_explained: number | null;
  variance_explained_relu: number | null;
  features: ConnectedFeature[];
};

/** The features of one dictionary that are built from a feature, those with the largest weights first. */
export type Feeds = { dictionary: ConnectedDictionary; features: ConnectedFeature[] };

export type ConnectionsView = { built_from: BuiltFrom[]; feeds: Feeds[] };

/** What somebody calls a feature. */
export type LabelView = {
  id: number;
  text: string;
  /** null when the account is gone */
  author: string | null;
  created_at: string;
  edited_at: string | null;
  /** how many agree, its author among them, and whether the viewer does */
  votes: number;
  agreed: boolean;
  /** whether the viewer may change it */
  is_own: boolean;
};

/** A feature, or without index a dictionary, that somebody names elsewhere. */
export type FeatureLink = {
  model: string;
  dictionary: string;
  index: number | null;
  /** the revision that was meant, where the newest one has other weights */
  revision: string | null;
  hook_name: string;
  /** what most agree to call it */
  label: string | null;
  /** null for a dead feature */
  top_token: string | null;
};

/** Links of a text by their addresses. */
export type FeatureLinks = Record<string, FeatureLink>;

/** What is shown of a feature where it is named. */
export type HoverCardView = FeatureLink & {
  density: number;
  max_activation: number;
  /** its strongest examples */
  examples: ExampleView[];
};

export type CommentView = {
  id: number;
  /** the comment that it answers, if not the discussion's first */
  parent_id: number | null;
  /** null when the account is gone */
  author: string | null;
  /** Markdown; empty when it was deleted */
  body: string;
  links: FeatureLinks;
  version: number;
  created_at: string;
  edited_at: string | null;
  deleted: boolean;
  is_own: boolean;
};

export type DiscussionSummary = {
  id: number;
  title: string;
  address: string;
  author: string | null;
  created_at: string;
  /** time of its newest comment */
  active_at: string;
  comments: number;
};

export type DiscussionView = DiscussionSummary & {
  is_own: boolean;
  /** as they were written, the one that opens it first */
  contents: CommentView[];
};

export type ListSummary = {
  id: string;
  title: string;
  address: string;
  visibility: Visibility;
  owner: string;
  is_own: boolean;
  updated_at: string;
  /** features in it, those that the viewer may not see among them */
  items: number;
};

export type ListItemView = {
  id: number;
  link: FeatureLink & { index: number };
  /** where it fires most; null for a dead feature */
  example: ExampleView | null;
  max_activation: number;
  note: string;
};

export type ListView = ListSummary & {
  /** Markdown */
  description: string;
  links: FeatureLinks;
  /** in its order; features that the viewer may not see are left out, and counted in `hidden` */
  contents: ListItemView[];
  hidden: number;
};

/** A comment or a label, as feeds tell of it. */
export type NewsItem = {
  id: string;
  address: string;
  title: string;
  text: string;
  author: string | null;
  created_at: string;
  updated_at: string;
};

/** What people say of a feature. */
export type SaidOfFeature = {
  labels: LabelView[];
  /** where labels are sent; null: the viewer may not give any */
  add_label: string | null;
  discussions: { discussion: DiscussionSummary; comment: number }[];
  /** where one about it is begun */
  discuss: string | null;
  /** the feature as lists take it; null: the viewer may not make any */
  listed_as: ListedFeature | null;
};

export type ListedFeature = {
  model: string;
  dictionary: string;
  index: number;
  revision?: string | undefined;
};

/** A feature and what is connected with it, up to two steps each way. */
export type ConnectionGraph = {
  /** the feature itself first; `hop` is negative for what it is built from */
  nodes: (Pick<ConnectedFeature, "index" | "top_token"> & {
    key: string;
    dictionary: ConnectedDictionary;
    hop: number;
  })[];
  /** from source to output, by the nodes' keys */
  links: { from: string; to: string; weight: number }[];
};

/** A dictionary's datapoints, column by column, in order of their rows in datapoints.parquet. */
export type DatapointPoints = {
  context: Int32Array;
  position: Int32Array;
  token_id: Int32Array;
  /** place in `datapointOrigins` */
  origin: Int32Array;
  l0: Int32Array;
  ce_diff: Float32Array;
  squared_error: Float32Array;
  norm_x: Float32Array;
  /** NaN until they are laid out */
  umap_x: Float32Array;
  umap_y: Float32Array;
};

/** What the map of datapoints is drawn from, beside its columns: the tokens that most of them are, most first. */
export type MapHeader = { tokens: { id: number; token: string; datapoints: number }[] };

export type SelectedFeature = {
  index: number;
  density: number;
  top_token: string | null;
  /** at how many of the selected datapoints, and of all on the map, it is active */
  inside: number;
  overall: number;
  /** (inside / selected) / (overall / total) */
  ratio: number;
  /** corrected over all tests */
  p_adjusted: number;
};

/** A datapoint's text, as of DatapointRow. */
export type SnippetView = DatapointPlace & Pick<DatapointRow, "snippet">;

/** Some datapoints of the map, compared with all of them. */
export type SelectionView = {
  selected: number;
  total: number;
  means: { name: "ce_diff" | "squared_error" | "norm_x" | "l0"; inside: number; overall: number }[];
  /** null where the bundle does not hold what is active */
  features: {
    /** features that are active at any datapoint of the map */
    tests: number;
    /** what is active at fewer selected datapoints is not listed */
    least: number;
    /** the largest ratio first */
    rows: SelectedFeature[];
  } | null;
  /** those with the largest CE-diff, worst first */
  datapoints: (SnippetView & { ce_diff: number })[];
};

/** Whether the hub is well. */
export type StatusView = {
  /** the database answers, and there is a worker */
  ok: boolean;
  version: string | null;
  up_seconds: number;
  /** null when it does not answer */
  database: {
    answered_ms: number;
    /** the newest change of its tables */
    migration: string | null;
    /** worker processes that are connected */
    workers: number;
    /** uploads that wait, that are taken in, and that failed within a day */
    waiting: number;
    running: number;
    failed: number;
    /** of those that are no bundles: that are imported, and that wait for somebody to say how they are read */
    importing: number;
    asking: number;
    /** for how long the oldest waits; null when none does */
    oldest_seconds: number | null;
    /** runs that are training */
    training: number;
    dictionaries: number;
  } | null;
  /** where uploads and bundles lie; for maintainers alone */
  free_bytes: number | null;
};

/** Of an upload that is no bundle: what was found in it, and how somebody said that it is read. */
export type ImportQuestion = {
  found: ForeignDictionary[];
  answer: ImportAnswer | null;
  /** by which another reading fits better than the answer */
  check: ImportCheck | null;
};

export type JobSummary = {
  id: string;
  state: "waiting" | "running" | "asking" | "done" | "failed";
  /** what is done next: take in a bundle, look into foreign files, make a bundle of them */
  work: "ingest" | "inspect" | "import";
  created_at: string;
  /** name of what was uploaded, or of the repository on a model hub */
  filename: string;
  bytes: number;
  visibility: Visibility;
  step: string;
  done: number;
  total: number;
  /** what `done` counts, and how much of it a second; null while that is not known */
  unit: string;
  rate: number | null;
  /** why it failed, or what it asks about anew */
  error: string | null;
  /** where the result is, once done, e.g. /stories-2m/res3-16x-topk32 */
  result: string | null;
};

/** A job, and what it asks. */
export type JobView = JobSummary & { question: ImportQuestion | null };

export type RunSummary = {
  id: string;
  name: string;
  sweep: string | null;
  /** the machine and the folder in which it runs */
  host: string;
  dir: string;
  model: string;
  hook_name: string;
  hook_name_out: string | null;
  architecture: Architecture;
  d_sae: number;
  k: number | null;
  train_tokens: number;
  /** silent: it runs for all one knows, but has not been heard of for a minute */
  state: RunState | "silent";
  /** what it is doing, and how far that is */
  stage: string;
  done: number;
  total: number;
  error: string | null;
  created_at: string;
  heard_at: string;
  /** its newest line, with the newest fvu that was measured */
  latest: ReportedLine | null;
  /** whether a worker of this hub can stop it and go on with it, and what that worker is asked to do */
  followed: boolean;
  wish: "stop" | "resume" | null;
  /** the dictionary on this hub that came of it */
  dictionary: { model: string; slug: string } | null;
};

export type RunLines = {
  /** each the mean of some lines, at the last of them */
  points: ReportedLine[];
  /** how many lines there are in all */
  lines: number;
};

export type RunView = RunSummary & { config: Record<string, unknown> };

/** The runs of a sweep, counted; those that its workers have not begun yet among `runs`. */
export type SweepSummary = {
  name: string;
  runs: number;
  running: number;
  finished: number;
  failed: number;
  /** tokens that its runs have trained on, of those that they shall */
  tokens: number;
  train_tokens: number;
  created_at: string;
};

/** Dictionaries of a sweep that a worker trains together. */
export type GroupView = {
  id: string;
  name: string;
  dictionaries: number;
  /** lost: its worker has not been heard of, and another may take it */
  state: "waiting" | "running" | "lost" | "done" | "failed";
  attempts: number;
  /** who is at it, or was last */
  worker: string | null;
  /** why the last attempt failed */
  error: string | null;
  updated_at: string;
};

export type SweepView = { name: string; groups: GroupView[]; runs: RunSummary[] };

export type ToySummary = {
  /** sha256 of the document */
  id: string;
  name: string;
  /** rows that each was trained on */
  tokens: number;
  results: number;
  created_at: string;
};

export type ToyView = { id: string; created_at: string; toy: Toy };

export const searchPlaces = ["all", "names", "labels", "tokens"] as const;
export type SearchPlace = (typeof searchPlaces)[number];

export type SearchQuery = {
  /** a word, several words, a name, or an address */
  q: string;
  in: SearchPlace;
  /** only of this model, of this dictionary; empty: of all */
  model: string;
  dictionary: string;
  /** 1-based, of the dictionaries that are found by token, or of one dictionary's features */
  page: number;
};

/** A feature that fires on every word; of several words the figures are those of the weakest. */
export type TokenHit = {
  index: number;
  /** the token that stands for the word, and the feature's largest activation on it in its examples */
  token: string;
  activation: number;
  /** activation / the feature's maximum */
  share: number;
  /** what people call it; null when nobody has said */
  label: string | null;
  /** the example in which it does, with `token` at its place; null if it has gone */
  example: ExampleView | null;
};

/** What a dictionary has for the words, best first. */
export type TokenGroup = {
  model: string;
  dictionary: string;
  hook_name: string;
  /** features that fire on every word, of those that the index keeps */
  features: number;
  /** whether the index left weaker ones out, so that `features` is a lower bound */
  cut: boolean;
  hits: TokenHit[];
};

export type TokenSearch = {
  /** each word with the tokens that stand for it, the exact one first */
  words: { word: string; tokens: string[] }[];
  /** the page's dictionaries, by model, layer and name */
  groups: TokenGroup[];
  /** dictionaries with a hit, and dictionaries that were looked through */
  found: number;
  searched: number;
  /** dictionaries that are not indexed yet */
  waiting: number;
  /** tokens that begin with a word for which no token stands */
  near: string[];
};

export type NameSearch = { models: ModelSummary[]; dictionaries: DictionarySummary[] };

export type LabelHit = {
  model: string;
  dictionary: string;
  index: number;
  text: string;
  /** people who agree */
  votes: number;
};

/** The most alike first; `more`: whether some were left out. */
export type LabelSearch = { hits: LabelHit[]; more: boolean };

/** Null: it was not asked for. */
export type SearchView = {
  query: SearchQuery;
  /** where the text leads if it is an address or a whole name */
  address: string | null;
  names: NameSearch | null;
  labels: LabelSearch | null;
  tokens: TokenSearch | null;
};

export const suggestionKinds = ["address", "dictionary", "label", "token"] as const;

/** What a reader may have begun to type. */
export type Suggestion = {
  kind: (typeof suggestionKinds)[number];
  text: string;
  detail: string;
  href: string;
};

/** One of the two dictionaries of a comparison. */
export type ComparedDictionary = DictionarySummary & { config: Record<string, unknown> };

export type ComparedFeature = {
  index: number;
  top_token: string | null;
  density: number;
};

export const compareShows = ["matches", "only_a", "only_b"] as const;

export type CompareQuery = {
  /** model/dictionary, and perhaps the sha256 of a revision */
  a: string;
  b: string;
  a_revision: string;
  b_revision: string;
  /** a feature whose largest cosine is below it has nothing like it on the other side */
  threshold: number;
  show: (typeof compareShows)[number];
  page: number;
};

/** What of the two decoders is the same, by the cosines of their rows. */
export type Matching = {
  /** mean over one's features of the largest cosine with any of the other's */
  mmcs_a: number;
  mmcs_b: number;
  /** features with nothing like them on the other side */
  only_a: number;
  only_b: number;
  /** pairs, one to one, and those at or above the threshold */
  pairs: number;
  alike: number;
  /** features by their largest cosine, in equal bins over [−1, 1] */
  bins_a: number[];
  bins_b: number[];
  /** the page's rows, of so many; `cosine` is that of the pair, or the largest of what is alone */
  rows: { a: ComparedFeature | null; b: ComparedFeature | null; cosine: number }[];
  total: number;
};

export type Comparison = {
  a: ComparedDictionary;
  b: ComparedDictionary;
  /** why the two cannot be compared by their directions */
  refusal: string | null;
  /** null: nobody has asked for it yet */
  job: { state: JobView["state"]; done: number; total: number; error: string | null } | null;
  matching: Matching | null;
};

/** A feature along a text that was tried. */
export type TriedFeature = LiveDictionary["features"][number] & {
  /** over the dashboard's tokens, as its page has them */
  density: number;
  max_activation: number;
  top_token: string | null;
};

/** What dictionaries of one model say of a text; its first token is the one that opens documents. */
export type TryView = {
  model: string;
  tokens: string[];
  dictionaries: (Omit<LiveDictionary, "features"> & {
    dictionary: DictionarySummary;
    features: TriedFeature[];
  })[];
};

/** One feature along a text. */
export type FeatureTryView = {
  tokens: string[];
  /** whether the token policy keeps each, and the feature's activation there */
  counted: boolean[];
  activations: number[];
  /** the largest over the dashboard's tokens: where the colour's scale ends */
  max_activation: number;
};

/** What the loss becomes along the contexts of a feature's top examples when it is removed. */
export type AblationView = {
  formula_version: number;
  contexts: (AblatedContext & {
    context: number;
    /** of the token that the example was chosen for */
    position: number;
    tokens: string[];
  })[];
};
