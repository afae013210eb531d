import { spawn } from "node:child_process";

/**
 * Opens a page where somebody sits before a desktop; anywhere else, nothing happens.
 * @param {string} address
 */
export function openPage(address) {
  if (!process.stdout.isTTY) return;
  const desktop = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  const opener = process.platform === "darwin" ? "open" : desktop && "xdg-open";
  if (!opener) return;
  spawn(opener, [address], { detached: true, stdio: "ignore" })
    .on("error", () => {}) // there is no opener
    .unref();
}
