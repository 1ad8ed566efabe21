import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startRequestSchema } from "../src/shared/action.ts";
import { Reader } from "./support/reader.ts";

/**
 * A console without a window that reads one cluster; a line of JSON for each thing measured.
 *
 *     cluster-reader.ts FOLDER KUBECONFIG list PODS    when that many pods are known
 *     cluster-reader.ts FOLDER KUBECONFIG watch PODS   the same, then a line each second until it is ended
 *     cluster-reader.ts FOLDER KUBECONFIG drain NODE   when the node is drained and that is proven
 */
const [folder = "", kubeconfig = "", mode = "", what = ""] = process.argv.slice(2);
const estate = join(folder, "estate.yaml");
writeFileSync(
  estate,
  JSON.stringify({
    passerelle: 1,
    name: "Measurement",
    systems: { crowd: { type: "kubernetes", kubeconfig, every: "10m" } },
  }),
);
const reader = await Reader.open(estate, join(folder, "data"));
const { runner } = reader.parts;

if (mode === "drain") {
  await reader.until(() => reader.known("node").some(({ name }) => name === what));
  const node = reader.known("node").find(({ name }) => name === what);
  const startedAt = performance.now();
  const task = await runner.start(
    startRequestSchema.parse({
      action: "kubernetes.drain",
      resources: [node?.id],
      input: { localData: true, unmanaged: true, minutes: 5 },
      reason: "measurement",
    }),
  );
  const ended = () => runner.tasks().find(({ id }) => id === task);
  await reader.until(() => (ended()?.endedAt ?? null) !== null);
  reader.say({ state: ended()?.state ?? "lost", took: (performance.now() - startedAt) / 1000 });
} else {
  await reader.read("pod", Number(what), mode === "watch");
}
await reader.close();
