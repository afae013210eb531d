import { fileURLToPath } from "node:url";
import { requireNode } from "./node-version.mjs";

/* `npm test`. Nothing is installed yet: this and what it imports first are plain Node. */
requireNode();
process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { testAll } = await import("./test-all.mjs");
process.exitCode = (await testAll(process.argv.slice(2))) > 0 ? 1 : 0;
