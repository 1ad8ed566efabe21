// `npm run crash -- --kills N [--seed S]`: kills a console at random points of random procedures, again and again.
import { join } from "node:path";
import { pinnedNode, root } from "./support/project.mjs";
import { run } from "./support/run.mjs";

const node = pinnedNode();
if (!node) {
  process.stderr.write("crash: Node 24 is missing; run npm install first\n");
  process.exit(1);
}
/** Milliseconds: a thousand kills on a slow machine. */
const limit = 3_600_000;
const script = join(root, "src", "main", "procedures", "crash", "crash.ts");
const outcome = await run(node, [script, ...process.argv.slice(2)], { deadline: limit });
if (outcome.timedOut) process.stderr.write("crash: did not end within an hour\n");
process.exit(outcome.timedOut ? 1 : (outcome.code ?? 1));
