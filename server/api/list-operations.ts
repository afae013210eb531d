import "server-only";
import { removed } from "./label-schemas.ts";
import {
  itemChange,
  keptList,
  listChange,
  listedFeature,
  listList,
  listsQuery,
  listView,
  newList,
  removedList,
} from "./list-schemas.ts";
import type { Operation } from "./operations.ts";

const list = "/lists/{list}";

/** Collections of features. */
export const listOperations: Operation[] = [
  {
    method: "get",
    path: "/lists",
    summary: "Public lists and one's own, those that were changed last first",
    query: listsQuery,
    status: 200,
    answer: listList,
  },
  {
    method: "post",
    path: "/lists",
    summary: "Make a list",
    body: newList,
    status: 200,
    answer: keptList,
  },
  { method: "get", path: list, summary: "One list in its order", status: 200, answer: listView },
  {
    method: "patch",
    path: list,
    summary: "Change what one's own list says of itself",
    body: listChange,
    status: 200,
    answer: keptList,
  },
  {
    method: "delete",
    path: list,
    summary: "Remove one's own list",
    status: 200,
    answer: removedList,
  },
  {
    method: "post",
    path: `${list}/items`,
    summary: "Put a feature at its end; one that is there already stays where it is",
    body: listedFeature,
    status: 200,
    answer: keptList,
  },
  {
    method: "patch",
    path: `${list}/items/{item}`,
    summary: "Change the note beside a feature, or move it by one place",
    body: itemChange,
    status: 200,
    answer: keptList,
  },
  {
    method: "delete",
    path: `${list}/items/{item}`,
    summary: "Take a feature out",
    status: 200,
    answer: removed,
  },
];
