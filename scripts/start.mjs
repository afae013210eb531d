import { fileURLToPath } from "node:url";
import { requireNode } from "./node-version.mjs";

/* `npm start`. Nothing is installed yet: this and what it imports first are plain Node. */
requireNode();
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { serve } = await import("./serve.mjs");
await serve(process.argv.slice(2));
