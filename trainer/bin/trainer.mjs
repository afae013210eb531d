#!/usr/bin/env node
if (!process.features.typescript) {
  const { register } = await import("tsx/esm/api");
  register();
}
// a program that began this one with a channel wants it no longer than it lives itself
if (process.connected) process.on("disconnect", () => process.exit(143));
await import("../src/cli.ts");
