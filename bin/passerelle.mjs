#!/usr/bin/env node
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pinnedNode, root } from "../scripts/support/project.mjs";

/** The command line, on the pinned Node 24 or on the one that runs this when it is as new. */
const program = join(root, "out", "main", "cli.js");
if (!existsSync(program)) {
  process.stderr.write(`passerelle has not been built yet. Run once in ${root}: node scripts/setup.mjs\n`);
  process.exit(1);
}
if (Number(process.versions.node.split(".")[0]) >= 24) {
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
} else {
  const node = pinnedNode();
  if (!node) {
    process.stderr.write(
      `passerelle needs Node 24; this is Node ${process.versions.node}. Run once in ${root}: node scripts/setup.mjs\n`,
    );
    process.exit(1);
  }
  const { runInForeground } = await import("../scripts/support/run.mjs");
  process.exit(await runInForeground(node, [program, ...process.argv.slice(2)], process.cwd()));
}
