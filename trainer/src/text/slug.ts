/** A name as bundles and addresses take it: lower case, and what they do not take becomes "-". */
export function toSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 100);
}
