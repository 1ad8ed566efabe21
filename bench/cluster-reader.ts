import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createConsole } from "../src/main/console.ts";
import { startRequestSchema } from "../src/shared/action.ts";

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
const console = await createConsole({
  estate,
  dataFolder: join(folder, "data"),
  shell: "browser",
  lab: false,
  asks: false,
});
const { inventory, fleet, runner } = console.parts;
let changes = 0;

function say(words: Record<string, number | string>): void {
  // Where it may be asked for, what is still needed is told from what was not yet thrown away.
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  const { rss, heapUsed } = process.memoryUsage();
  const mebi = 2 ** 20;
  process.stdout.write(
    `${JSON.stringify({
      ...words,
      sinceStart: performance.now() / 1000,
      cpu: (user + system) / 1e6,
      resident: rss / mebi,
      heap: heapUsed / mebi,
      peak: Number(peak ?? Number.NaN) / 1024,
      changes,
    })}\n`,
  );
}

const known = (kind: string) => [...inventory.all()].filter((resource) => resource.kind === kind);

const limit = 100_000;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`waited in vain to ${mode} ${what}`);
    await setTimeout(20);
  }
}

if (mode === "drain") {
  await until(() => known("node").some(({ name }) => name === what));
  const node = known("node").find(({ name }) => name === what);
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
  await until(() => (ended()?.endedAt ?? null) !== null);
  say({ state: ended()?.state ?? "lost", took: (performance.now() - startedAt) / 1000 });
} else {
  await until(() => known("pod").length >= Number(what));
  say({ pods: known("pod").length });
  if (mode === "watch") {
    const looked = known("pod")[0]?.id ?? "";
    inventory.onChange(() => {
      changes += 1;
    });
    for (;;) {
      fleet.lookAt([looked]);
      await setTimeout(1000);
      say({ pods: known("pod").length });
    }
  }
}
await console.close();
