import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { findProgram } from "../test/real/counterpart.ts";
import { alone, compared, type Row } from "./row.ts";
import { Churn } from "./support/churn.ts";
import { labCluster, podPaths } from "./support/cluster.ts";
import { inFolder } from "./support/program.ts";
import { WatchedProcess } from "./support/watched-process.ts";

const pods = 20_000;
const pace = 200;
const limit = 120_000;
const peerName = "kubectl";

const figuresSchema = z.object({ heap: z.number(), resident: z.number() });

/**
 * Memory of a console that watches 20,000 pods while 200 of them change each second, beside `kubectl get -A -w` under
 * the same changes; for PASSERELLE_CHURN_MINUTES minutes, five when it is not set. The first minute warms up.
 */
export default async function churn(): Promise<Row[]> {
  const minutes = Number(process.env.PASSERELLE_CHURN_MINUTES ?? "5");
  const kubectl = findProgram("kubectl");
  if (kubectl === null) throw new Error("kubectl, which is measured against, is not installed");
  return inFolder(async (folder) => {
    const cluster = await labCluster(folder, pods);
    const own = join(folder, "console");
    mkdirSync(own);
    const script = join(import.meta.dirname, "cluster-reader.ts");
    const words = ["--expose-gc", script, own, cluster.kubeconfig, "watch", String(pods)];
    const reader = new WatchedProcess(process.execPath, words);
    const peer = new WatchedProcess(kubectl, ["--kubeconfig", cluster.kubeconfig, "get", "pods", "-A", "-w"]);
    try {
      await reader.until(() => reader.lines >= 2, limit);
      await peer.until(() => peer.lines > pods, limit);
      const changing = new Churn(cluster, await podPaths(cluster), pace);
      const look = async () => ({
        ours: figuresSchema.parse(JSON.parse(reader.last)),
        peer: await peer.resident(),
        linesOfPeer: peer.lines,
      });
      await setTimeout(60_000);
      const first = await look();
      for (let minute = 1; minute < minutes; minute++) {
        await setTimeout(60_000);
        const { ours, peer: theirs } = await look();
        process.stdout.write(
          `${minute + 1} min: heap ${ours.heap.toFixed(0)}, resident ${ours.resident.toFixed(0)}, ${peerName} ${theirs.toFixed(0)} MiB\n`,
        );
      }
      await changing.stop();
      await setTimeout(2000);
      const last = await look();
      if (last.linesOfPeer - pods < changing.sent) throw new Error("not every change reached the watchers");
      const name = `${minutes} min of ${pace} changes/s at 20,000 pods`;
      return [
        alone(`${name}: heap at its end / after the first minute`, "", last.ours.heap / first.ours.heap),
        alone(`${name}: heap`, "MiB", last.ours.heap),
        compared(`${name}: resident`, "MiB", last.ours.resident, last.peer, peerName),
        compared(
          `${name}: resident, end / first minute`,
          "",
          last.ours.resident / first.ours.resident,
          last.peer / first.peer,
          peerName,
        ),
        alone(`${name}: changes that the server took`, "/s", changing.sent / (minutes * 60)),
      ];
    } finally {
      await reader.stop();
      await peer.stop();
      await cluster.stop();
    }
  });
}
