// `npm run crash -- --kills N [--seed S]`: kills a console at random points of random procedures, again and again;
// `npm run crash -- --reference [--every N] [--from N] [--to M]`: right after each event of the lab's reference plan.
import { join } from "node:path";
import { pinnedNode, root } from "./support/project.mjs";
import { run } from "./support/run.mjs";

const node = pinnedNode();
if (!node) {
  process.stderr.write("crash: Node 24 is missing; run npm install first\n");
  process.exit(1);
}
/** Milliseconds: every point of the reference plan on a slow machine. */
const limit = 4 * 3_600_000;
const words = process.argv.slice(2);
const others = words.filter((word) => word !== "--reference");
const program = others.length < words.length ? "reference.ts" : "crash.ts";
const script = join(root, "src", "main", "procedures", "crash", program);
const outcome = await run(node, [script, ...others], { deadline: limit });
if (outcome.timedOut) process.stderr.write("crash: did not end within four hours\n");
process.exit(outcome.timedOut ? 1 : (outcome.code ?? 1));
