import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { findProgram } from "../test/real/counterpart.ts";
import { alone, compared, type Row } from "./row.ts";
import { Churn } from "./support/churn.ts";
import { labCluster, podPaths } from "./support/cluster.ts";
import { govc } from "./support/govc.ts";
import { LabVcenter } from "./support/lab-vcenter.ts";
import { inFolder } from "./support/program.ts";
import { WatchedProcess } from "./support/watched-process.ts";

const pods = 20_000;
const vms = 10_000;
const pace = 200;
const limit = 120_000;
/** The lab's clock against the wall's, so that a VM is on again before its turn comes. */
const speed = 20;

const figuresSchema = z.object({ heap: z.number(), resident: z.number(), changes: z.number() });

/** Two that watch the same, and what changes it. */
interface Watched {
  name: string;
  reader: WatchedProcess;
  peer: WatchedProcess;
  peerName: string;
  /** Begins the changes; what it gives ends them, and tells how many were made. */
  change(): Promise<() => Promise<number>>;
}

/**
 * Memory of a console that watches 10,000 VMs, or 20,000 pods, of the lab while 200 of them change each second, beside
 * `govc object.collect -n` or `kubectl get -w` under the same changes; for PASSERELLE_CHURN_MINUTES minutes each, three when
 * it is not set. PASSERELLE_CHURN_OF=vms or pods leaves the other out. The first minute warms up.
 */
export default async function churn(): Promise<Row[]> {
  const minutes = Number(process.env.PASSERELLE_CHURN_MINUTES ?? "3");
  const only = process.env.PASSERELLE_CHURN_OF;
  const rows: Row[] = [];
  if (only !== "pods") rows.push(...(await inFolder((folder) => ofVms(folder, minutes))));
  if (only !== "vms") rows.push(...(await inFolder((folder) => ofPods(folder, minutes))));
  return rows;
}

async function ofVms(folder: string, minutes: number): Promise<Row[]> {
  const vcenter = await LabVcenter.start(folder, vms, speed);
  try {
    return await watch(minutes, {
      name: "10,000 VMs",
      peer: govc(vcenter.url, "watch"),
      reader: readerOf("vcenter-reader.ts", [folder, vcenter.estate, "watch", String(vms)]),
      peerName: "govc",
      async change() {
        await vcenter.change(pace);
        return () => vcenter.change(0);
      },
    });
  } finally {
    await vcenter.stop();
  }
}

async function ofPods(folder: string, minutes: number): Promise<Row[]> {
  const kubectl = findProgram("kubectl");
  if (kubectl === null) throw new Error("kubectl, which is measured against, is not installed");
  const cluster = await labCluster(folder, pods);
  const own = join(folder, "console");
  mkdirSync(own);
  try {
    return await watch(minutes, {
      name: "20,000 pods",
      reader: readerOf("cluster-reader.ts", [own, cluster.kubeconfig, "watch", String(pods)]),
      peer: new WatchedProcess(kubectl, ["--kubeconfig", cluster.kubeconfig, "get", "pods", "-A", "-w"]),
      peerName: "kubectl",
      async change() {
        const changing = new Churn(cluster, await podPaths(cluster), pace);
        return async () => {
          await changing.stop();
          return changing.sent;
        };
      },
    });
  } finally {
    await cluster.stop();
  }
}

function readerOf(script: string, words: readonly string[]): WatchedProcess {
  return new WatchedProcess(process.execPath, ["--expose-gc", join(import.meta.dirname, script), ...words]);
}

async function watch(minutes: number, { name, reader, peer, peerName, change }: Watched): Promise<Row[]> {
  try {
    await reader.until(() => reader.lines >= 2, limit);
    await peer.until(() => peer.lines > pods, limit);
    await settled(peer);
    const before = peer.lines;
    const rest = await change();
    // A peer does not log in anew: one that has lost its connection has ended, and its rows are left out.
    const look = async () => ({
      ours: figuresSchema.parse(JSON.parse(reader.last)),
      peer: peer.isOver ? null : await peer.resident(),
    });
    await setTimeout(60_000);
    const first = await look();
    for (let minute = 1; minute < minutes; minute++) {
      await setTimeout(60_000);
      const { ours, peer: theirs } = await look();
      const peerWords = theirs === null ? `${peerName} has ended` : `${peerName} ${theirs.toFixed(0)} MiB`;
      process.stdout.write(
        `${minute + 1} min: heap ${ours.heap.toFixed(0)}, resident ${ours.resident.toFixed(0)}, ${peerWords}\n`,
      );
    }
    const sent = await rest();
    await setTimeout(2000);
    const last = await look();
    if (last.ours.changes < sent) throw new Error(`our watch saw ${last.ours.changes} of ${sent} changes`);
    const what = `${minutes} min of ${pace} changes/s at ${name}`;
    const rows = [
      alone(`${what}: heap at its end / after the first minute`, "", last.ours.heap / first.ours.heap),
      alone(`${what}: heap`, "MiB", last.ours.heap),
      alone(`${what}: changes that the server took`, "/s", sent / (minutes * 60)),
    ];
    const resident = `${what}: resident`;
    const growth = `${what}: resident, end / first minute`;
    const grown = last.ours.resident / first.ours.resident;
    if (first.peer === null || last.peer === null) {
      return [...rows, alone(resident, "MiB", last.ours.resident), alone(growth, "", grown)];
    }
    if (peer.lines - before < sent) throw new Error(`not every change reached ${peerName}`);
    return [
      ...rows,
      compared(resident, "MiB", last.ours.resident, last.peer, peerName),
      compared(growth, "", grown, last.peer / first.peer, peerName),
    ];
  } finally {
    await reader.stop();
    await peer.stop();
  }
}

/** Waits until a peer that said what there is says nothing more for a second. */
async function settled(peer: WatchedProcess): Promise<void> {
  for (let lines = -1; lines !== peer.lines; ) {
    lines = peer.lines;
    await setTimeout(1000);
  }
}
