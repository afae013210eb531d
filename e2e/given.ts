import { dirname, join } from "node:path";

/** The folder of a bundle that the hub has not seen; scripts/browser-data.mjs has made it. */
const bundle = process.env.E2E_BUNDLE;
if (bundle === undefined) throw new Error("E2E_BUNDLE is not set; run: npm test -- browser");

/** Where a hub is whose people sign in; nobody has an account yet. */
export const hosted = process.env.E2E_HOSTED_ADDRESS ?? "";

/** The folder of the runs behind them, in which the hub looks for runs. */
export const runsFolder = dirname(dirname(bundle));

/** What the browser tests work on: a dictionary in the hub, and one to upload. */
export const given = {
  uploaded: { model: "stories-2m", dictionary: "small-topk" },
  toUpload: {
    model: "stories-2m",
    dictionary: "small-standard",
    folder: bundle,
    zip: join(dirname(bundle), "bundle.zip"),
    /** a tar that ends half-way */
    truncated: join(dirname(bundle), "truncated.tar"),
  },
};
