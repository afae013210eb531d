import "server-only";
import { discussionOperations } from "./discussion-operations.ts";
import { labelList, labelText, labelView, removed } from "./label-schemas.ts";
import { listOperations } from "./list-operations.ts";
import type { Operation } from "./operations.ts";
import { revisionQuery } from "./schemas.ts";

const labels = "/dictionaries/{model}/{dictionary}/features/{index}/labels";

/** What people say of features. */
export const communityOperations: Operation[] = [
  {
    method: "get",
    path: labels,
    summary: "What people call a feature, what most agree with first",
    query: revisionQuery,
    status: 200,
    answer: labelList,
  },
  {
    method: "post",
    path: labels,
    summary: "Give it a label, or agree with the one that it has",
    query: revisionQuery,
    body: labelText,
    status: 200,
    answer: labelView,
  },
  {
    method: "patch",
    path: "/labels/{label}",
    summary: "Change the words of one's own label; nobody else has agreed with them yet",
    body: labelText,
    status: 200,
    answer: labelView,
  },
  {
    method: "delete",
    path: "/labels/{label}",
    summary: "Remove one's own label",
    status: 200,
    answer: removed,
  },
  {
    method: "post",
    path: "/labels/{label}/votes",
    summary: "Agree with a label",
    status: 200,
    answer: labelView,
  },
  {
    method: "delete",
    path: "/labels/{label}/votes",
    summary: "No longer agree with it",
    status: 200,
    answer: labelView,
  },
  ...discussionOperations,
  ...listOperations,
];
