import "server-only";
import {
  commentChange,
  discussionChange,
  discussionList,
  discussionsQuery,
  discussionView,
  hoverCardView,
  kept,
  mentionsText,
  mentionsView,
  newComment,
  newDiscussion,
  removedDiscussion,
} from "./discussion-schemas.ts";
import { removed } from "./label-schemas.ts";
import type { Operation } from "./operations.ts";
import { revisionQuery } from "./schemas.ts";

/** Discussions, and what addresses in a text lead to. */
export const discussionOperations: Operation[] = [
  {
    method: "get",
    path: "/discussions",
    summary: "Discussions, those that somebody wrote in last first",
    query: discussionsQuery,
    status: 200,
    answer: discussionList,
  },
  {
    method: "post",
    path: "/discussions",
    summary: "Begin one with its first comment",
    body: newDiscussion,
    status: 200,
    answer: kept,
  },
  {
    method: "get",
    path: "/discussions/{discussion}",
    summary: "One discussion with all that was said",
    status: 200,
    answer: discussionView,
  },
  {
    method: "patch",
    path: "/discussions/{discussion}",
    summary: "Change the title of one's own",
    body: discussionChange,
    status: 200,
    answer: kept,
  },
  {
    method: "delete",
    path: "/discussions/{discussion}",
    summary: "Remove one's own, as long as nobody else has written in it",
    status: 200,
    answer: removedDiscussion,
  },
  {
    method: "post",
    path: "/discussions/{discussion}/comments",
    summary: "Answer it, or a comment in it",
    body: newComment,
    status: 200,
    answer: kept,
  },
  {
    method: "patch",
    path: "/comments/{comment}",
    summary: "Change one's own comment; refused when it was edited since it was read",
    body: commentChange,
    status: 200,
    answer: kept,
  },
  {
    method: "delete",
    path: "/comments/{comment}",
    summary: "Delete one's own comment; one that was answered leaves a gap",
    status: 200,
    answer: removed,
  },
  {
    method: "post",
    path: "/mentions",
    summary: "What the addresses in a Markdown text lead to; it changes nothing",
    body: mentionsText,
    open: true,
    status: 200,
    answer: mentionsView,
  },
  {
    method: "get",
    path: "/dictionaries/{model}/{dictionary}/features/{index}/card",
    summary: "What is shown of a feature where it is named",
    query: revisionQuery,
    status: 200,
    answer: hoverCardView,
  },
];
