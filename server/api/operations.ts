import "server-only";
import {
  groupClaim,
  groupEnd,
  groupHold,
  groupRequest,
  lineBatch,
  runAnnouncement,
  runStatus,
  sweepSubmission,
  toy,
} from "trainer/bundle";
import { z } from "zod";
import { compareQuery, compareRequest } from "@/lib/compare-query.ts";
import { importAnswer, importRequest } from "@/lib/import-answer.ts";
import { apiPath } from "@/lib/routes.ts";
import { searchQuery } from "@/lib/search-query.ts";

import type { Role, Scope } from "@/lib/views.ts";
import { accountOperations } from "./account-operations.ts";
import { communityOperations } from "./community-operations.ts";
import { comparison, requestedComparison } from "./compare-schemas.ts";
import { ablationView, featureTryBody, featureTryView, tryBody, tryView } from "./live-schemas.ts";
import { neuronpediaOperations } from "./neuronpedia-operations.ts";
import {
  askedJob,
  datapointsQuery,
  datapointTable,
  datapointView,
  dictionariesQuery,
  dictionaryChange,
  dictionaryList,
  dictionaryView,
  endedGroup,
  featurePreview,
  featuresQuery,
  featureTable,
  featureTextQuery,
  featureView,
  heldGroup,
  identified,
  jobList,
  jobView,
  known,
  linesQuery,
  modelList,
  modelView,
  received,
  removedDictionary,
  revisionQuery,
  runLines,
  runList,
  runsQuery,
  runView,
  runWish,
  selection,
  selectionView,
  snippetView,
  statusView,
  submitted,
  sweepView,
  takenToy,
  toyList,
  uploadQuery,
} from "./schemas.ts";
import { searchView, suggestionList, suggestionsQuery } from "./search-schemas.ts";

/** One method of one route; without an answer's schema it answers bytes. */
export type Operation = {
  method: "get" | "head" | "post" | "patch" | "delete";
  /** where the path begins: /api/v1, unless it is one of another system's addresses */
  root?: "/api";
  path: string;
  summary: string;
  query?: z.ZodObject;
  /** whether the body of the request is a file */
  upload?: boolean;
  body?: z.ZodType;
  /** whether anybody may send that body: it changes nothing */
  open?: boolean;
  /** what a token must be good for, or that no token is enough; of what changes something, write by default */
  scope?: Scope | "session";
  /** the least role that may; member by default */
  role?: Role;
  status: number;
  answer?: z.ZodType;
};

const dictionary = "/dictionaries/{model}/{dictionary}";
const bundle = { path: `${dictionary}/bundle.tar`, query: revisionQuery, status: 200 };
const exported = { path: `${dictionary}/export/{format}`, query: revisionQuery, status: 200 };
const file = { path: `${dictionary}/files/{name}`, query: revisionQuery, status: 200 };

/** Every operation of the API. A test holds this list and the route files to each other. */
export const operations: Operation[] = [
  get("/models", "All models", modelList),
  get("/models/{model}", "One model", modelView),
  get(
    "/dictionaries",
    "All dictionaries, each at its newest revision",
    dictionaryList,
    dictionariesQuery,
  ),
  get(dictionary, "One dictionary", dictionaryView, revisionQuery),
  {
    method: "patch",
    path: dictionary,
    summary: "Change what its owner says of it",
    body: dictionaryChange,
    status: 200,
    answer: dictionaryView,
  },
  {
    method: "delete",
    path: dictionary,
    summary: "Remove it with all its revisions",
    status: 200,
    answer: removedDictionary,
  },
  get(`${dictionary}/features`, "A page of its features", featureTable, featuresQuery),
  get(
    `${dictionary}/features/{index}`,
    "One feature with its examples",
    featureView,
    revisionQuery,
  ),
  {
    method: "get",
    path: `${dictionary}/features/{index}/text`,
    summary: "Examples of a feature as plain text, one a line, << and >> around the chosen token",
    query: featureTextQuery,
    status: 200,
  },
  get(
    `${dictionary}/features/{index}/preview`,
    "One feature at a glance",
    featurePreview,
    revisionQuery,
  ),
  {
    method: "get",
    path: `${dictionary}/feature-points`,
    summary: "Where its features lie on the map, as columns of bytes: lib/columns.ts says how",
    query: revisionQuery,
    status: 200,
  },
  {
    method: "post",
    path: `${dictionary}/features/{index}/try`,
    summary: "What it does along a text, computed now",
    query: revisionQuery,
    body: featureTryBody,
    open: true,
    status: 200,
    answer: featureTryView,
  },
  get(
    `${dictionary}/features/{index}/ablation`,
    "How the loss changes along its top examples without it; computed when first asked for",
    ablationView,
    revisionQuery,
  ),
  get(`${dictionary}/datapoints`, "A page of its datapoints", datapointTable, datapointsQuery),
  get(
    `${dictionary}/datapoints/{context}/{position}`,
    "One token position in its context, with what was measured there",
    datapointView,
    revisionQuery,
  ),
  {
    method: "get",
    path: `${dictionary}/points`,
    summary: "Where its datapoints lie on the map, as columns of bytes: lib/columns.ts says how",
    query: revisionQuery,
    status: 200,
  },
  get(
    `${dictionary}/points/{context}/{position}`,
    "The text around one of them",
    snippetView,
    revisionQuery,
  ),
  {
    method: "post",
    path: `${dictionary}/selection`,
    summary: "Compare some of its datapoints with all: which features are over-represented",
    query: revisionQuery,
    body: selection,
    open: true,
    status: 200,
    answer: selectionView,
  },
  {
    method: "post",
    path: "/try",
    summary: "What dictionaries of a model say of a text, computed now",
    body: tryBody,
    open: true,
    status: 200,
    answer: tryView,
  },
  { method: "get", summary: "The whole bundle as one tar", ...bundle },
  { method: "head", summary: "Length and hash of that tar", ...bundle },
  { method: "get", summary: "One file of the bundle", ...file },
  { method: "head", summary: "Length and hash of that file", ...file },
  {
    method: "get",
    summary:
      "Another system's files of it, as a tar made while it is sent: the dictionary's exports say which there are",
    ...exported,
  },
  { method: "head", summary: "Length of that tar", ...exported },
  {
    method: "post",
    path: "/uploads",
    summary:
      "Send a bundle (tar, tar.gz, zip) to be taken in by a job, or files of another format, about which the job asks",
    query: uploadQuery,
    upload: true,
    scope: "upload",
    status: 201,
    answer: received,
  },
  {
    method: "post",
    path: "/imports",
    summary: "Have a dictionary of another format fetched from a model hub; the job asks about it",
    body: importRequest,
    scope: "upload",
    status: 201,
    answer: received,
  },
  get("/jobs", "Your uploads that are not finished; a maintainer sees all", jobList),
  get("/jobs/{id}", "How far a job is", jobView),
  {
    method: "post",
    path: "/jobs/{id}/answer",
    summary: "Say how the foreign dictionary is read that a job asks about; it is imported then",
    body: importAnswer,
    scope: "upload",
    status: 200,
    answer: askedJob,
  },
  {
    method: "post",
    path: "/jobs/{id}/cancel",
    summary: "End a job, and remove what was sent",
    scope: "upload",
    status: 200,
    answer: askedJob,
  },
  get("/runs", "Trainings, the newest first", runList, runsQuery),
  report("/runs", "Announce a training, or that it goes on", runAnnouncement, known),
  get("/runs/{run}", "One training: its state and newest values", runView),
  get("/runs/{run}/lines", "Its lines, thinned out for charts", runLines, linesQuery),
  report("/runs/{run}/lines", "Send its lines after a step", lineBatch, known),
  report("/runs/{run}/state", "Say what it is doing", runStatus, identified),
  {
    ...report("/runs/{run}/wish", "Ask for it to be stopped, or gone on with", runWish, identified),
    role: "maintainer",
  },
  report("/sweeps", "Queue a sweep for workers, in groups", sweepSubmission, submitted),
  get("/sweeps/{sweep}", "A sweep: its groups and its runs", sweepView),
  report("/groups/claim", "Take a group to train; null when none waits", groupRequest, groupClaim),
  report("/groups/{group}/hold", "Say that one is still at it", groupHold, heldGroup),
  report("/groups/{group}/end", "Say how an attempt ended", groupEnd, endedGroup),
  get("/toys", "What was learnt of planted dictionaries", toyList),
  report("/toys", "Send what trainer toy found", toy, takenToy),
  ...communityOperations,
  ...accountOperations,
  get("/status", "Whether the hub is well; 503 when its database does not answer", statusView),
  get("/search", "Features by token, names, and addresses", searchView, searchQuery),
  get("/search/suggestions", "What one may have begun to type", suggestionList, suggestionsQuery),
  get(
    "/comparisons",
    "Two dictionaries side by side: features paired by decoder cosine",
    comparison,
    compareQuery,
  ),
  {
    method: "post",
    path: "/comparisons",
    summary: "Have two dictionaries compared",
    body: compareRequest,
    status: 200,
    answer: requestedComparison,
  },
  get("/openapi.json", "This document", z.looseObject({ openapi: z.string() })),
  ...neuronpediaOperations,
];

export function addressOf({ root, path }: Pick<Operation, "root" | "path">): string {
  return `${root ?? apiPath}${path}`;
}

/** What somebody must be allowed who asks for it; null: nothing. */
export function scopeOf({ method, open, scope }: Operation): Scope | "session" | null {
  if (method === "get" || method === "head" || open) return null;
  return scope ?? "write";
}

/** What trainers tell of their runs. */
function report(path: string, summary: string, body: z.ZodType, answer: z.ZodType): Operation {
  return { method: "post", path, summary, body, scope: "runs", status: 200, answer };
}

function get(path: string, summary: string, answer: z.ZodType, query?: z.ZodObject): Operation {
  return { method: "get", path, summary, status: 200, answer, ...(query && { query }) };
}
