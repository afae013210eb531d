/**
 * What `npm test` has prepared for the browser tests (scripts/browser-data.mjs): a hub that holds
 * the dictionary stories-2m/small-topk, and a bundle that it has not seen, stories-2m/small-standard.
 */
export const given = {
  uploaded: { model: "stories-2m", dictionary: "small-topk" },
  toUpload: {
    model: "stories-2m",
    dictionary: "small-standard",
    /** the bundle's folder */
    folder: setting("E2E_BUNDLE"),
    zip: setting("E2E_ZIP"),
    /** a tar that ends half-way */
    truncated: setting("E2E_TRUNCATED"),
  },
};

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run: npm test -- browser`);
  return value;
}
