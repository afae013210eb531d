import { roles, type Viewer } from "./views.ts";

/** Whether a page shows this visitor the forms by which members write; the API decides for itself. */
export function mayWrite(viewer: Viewer): boolean {
  return viewer !== null && roles.indexOf(viewer.role) >= roles.indexOf("member");
}
