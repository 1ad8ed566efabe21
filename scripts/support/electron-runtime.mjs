import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageScript, pinnedNode, root } from "./project.mjs";
import { run } from "./run.mjs";

const folder = join(root, "node_modules", "electron");

/** The path of Electron's program when its runtime of the pinned version is there. @returns {string | null} */
export function electronProgram() {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, "dist");
    const installed = readFileSync(join(dist, "version"), "utf8").trim().replace(/^v/, "");
    const program = join(dist, readFileSync(join(folder, "path.txt"), "utf8"));
    return installed === version && existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

/**
 * Why no window can be opened here, whether or not the runtime is there; null when one can.
 * @returns {string | null}
 */
export function windowObstacle() {
  if (process.platform !== "linux") return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return "there is no display";
  if (process.getuid?.() === 0) return "Electron's sandbox does not run as root";
  return null;
}

/**
 * Makes sure of Electron's runtime, downloading it when that is possible in time.
 * @param {number} deadline milliseconds
 * @returns {Promise<{ program: string } | { absent: string }>}
 */
export async function ensureElectron(deadline) {
  const there = electronProgram();
  if (there) return { program: there };
  const node = pinnedNode();
  if (!node) return { absent: "there is no Node 24 to install it with" };
  const outcome = await run(node, [packageScript("electron", "install.js")], { deadline, quiet: true });
  const program = electronProgram();
  if (program) return { program };
  return {
    absent: outcome.timedOut
      ? `its runtime could not be had within ${deadline / 1000} seconds`
      : "its runtime could not be downloaded",
  };
}
