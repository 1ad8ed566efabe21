import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { ensureElectron, windowObstacle } from "./support/electron-runtime.mjs";
import { pinnedNode, root } from "./support/project.mjs";
import { runInForeground } from "./support/run.mjs";

const downloadLimit = 6000;
/** An Electron that fails sooner than this has not opened its window. */
const openingTime = 5000;

/** What follows `npm start --`; without an estate of one's own the console opens on the embedded lab. */
const given = process.argv.slice(2);
const namesEstate = process.env.PASSERELLE_ESTATE || given.some((word) => /^--(estate|lab)(=|$)/.test(word));
/** Where `npm start` was typed: relative paths are meant from there. */
const folder = process.env.INIT_CWD ?? process.cwd();

await setUp({ build: true, packages: [] });
const node = pinnedNode();
if (!node) throw new Error("set-up made sure of Node 24");

const obstacle = windowObstacle();
const electron = obstacle ? { absent: obstacle } : await ensureElectron(downloadLimit);
let absent = "absent" in electron ? electron.absent : null;
if ("program" in electron) {
  const before = Date.now();
  const code = await runInForeground(electron.program, [root, ...given], folder);
  if (code === 0 || code > 128 || Date.now() - before > openingTime) process.exit(code);
  absent = `it ended at once with exit code ${code}`;
}
process.stdout.write(`The window (Electron) is not to be had here: ${absent}. Opening in the browser.\n`);
process.exit(
  await runInForeground(
    node,
    [join(root, "out", "main", "cli.js"), "serve", ...(namesEstate ? [] : ["--lab"]), ...given, "--open"],
    folder,
  ),
);
