import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { findProgram } from "../test/real/counterpart.ts";
import { findApiServer } from "../test/real/kubernetes/api-server.ts";
import { alone, compared, type Row } from "./row.ts";
import { Churn } from "./support/churn.ts";
import { type Cluster, labCluster, nodeWithPods, podPaths, realCluster } from "./support/cluster.ts";
import { inFolder } from "./support/program.ts";
import { childrenSeconds, median } from "./support/timed-run.ts";
import { WatchedProcess } from "./support/watched-process.ts";

const pods = 20_000;
const rounds = 3;
const churn = { pace: 200, seconds: 20 };
const drained = 100;
const limit = 120_000;
const peerName = "kubectl";

/**
 * The first list and a steady watch of 20,000 pods, and the drain of a node with 100, against kubectl on the same API
 * server: the lab's, and a real one where it was built. Every process starts anew each round.
 */
export default async function kubernetes(): Promise<Row[]> {
  const kubectl = findProgram("kubectl");
  if (kubectl === null) throw new Error("kubectl, which is measured against, is not installed");
  const rows = await inFolder(async (folder) => measure(await labCluster(folder, pods), folder, kubectl));
  const real = findApiServer();
  if ("absent" in real) {
    process.stdout.write(`without a real API server: ${real.absent}\n`);
    return rows;
  }
  return [...rows, ...(await inFolder(async (folder) => measure(await realCluster(pods), folder, kubectl)))];
}

async function measure(cluster: Cluster, folder: string, kubectl: string): Promise<Row[]> {
  try {
    const peer = (words: readonly string[]) =>
      new WatchedProcess(kubectl, ["--kubeconfig", cluster.kubeconfig, ...words]);
    const named = (row: Row): Row => ({ ...row, name: `${cluster.name}: ${row.name}` });
    return [
      ...(await firstList(cluster, folder, peer)),
      ...(await steadyWatch(cluster, folder, peer)),
      ...(await drain(cluster, folder, peer)),
    ].map(named);
  } finally {
    await cluster.stop();
  }
}

type Peer = (words: readonly string[]) => WatchedProcess;

const figuresSchema = z.object({
  sinceStart: z.number(),
  cpu: z.number(),
  peak: z.number(),
  changes: z.number(),
  took: z.number().optional(),
  state: z.string().optional(),
});

let folders = 0;

/** Our reader with a data folder of its own. */
function ours(cluster: Cluster, folder: string, words: readonly string[]): WatchedProcess {
  folders += 1;
  const own = join(folder, `console-${folders}`);
  mkdirSync(own);
  const script = join(import.meta.dirname, "cluster-reader.ts");
  return new WatchedProcess(process.execPath, [script, own, cluster.kubeconfig, ...words]);
}

async function firstList(cluster: Cluster, folder: string, peer: Peer): Promise<Row[]> {
  const mine = { wall: [] as number[], cpu: [] as number[], peak: [] as number[] };
  const theirs = { wall: [] as number[], cpu: [] as number[], peak: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const reader = ours(cluster, folder, ["list", String(pods)]);
    await reader.end(limit);
    const figures = figuresSchema.parse(JSON.parse(reader.last));
    mine.wall.push(figures.sinceStart);
    mine.cpu.push(figures.cpu);
    mine.peak.push(figures.peak);

    const before = childrenSeconds() ?? Number.NaN;
    const list = peer(["get", "pods", "-A"]);
    theirs.wall.push(await list.end(limit));
    if (list.lines <= pods) throw new Error(`kubectl listed only ${list.lines} pods`);
    theirs.cpu.push((childrenSeconds() ?? Number.NaN) - before);
    theirs.peak.push(list.peak);
  }
  return [
    compared("first list of 20,000 pods", "s", median(mine.wall), median(theirs.wall), peerName),
    compared("CPU for it", "s", median(mine.cpu), median(theirs.cpu), peerName),
    compared("most memory for it", "MiB", median(mine.peak), median(theirs.peak), peerName),
  ];
}

/** What each takes while 200 pods a second change, after its first list; every change must have come. */
async function steadyWatch(cluster: Cluster, folder: string, peer: Peer): Promise<Row[]> {
  const paths = await podPaths(cluster);
  const reader = ours(cluster, folder, ["watch", String(pods)]);
  let mine: Watched;
  try {
    await reader.until(() => reader.lines >= 5, limit);
    mine = await watched(cluster, paths, reader);
    const { changes } = figuresSchema.parse(JSON.parse(reader.last));
    if (changes === 0) throw new Error("our watch saw no change");
  } finally {
    await reader.stop();
  }
  const list = peer(["get", "pods", "-A", "--watch"]);
  let theirs: Watched;
  try {
    await list.until(() => list.lines > pods, limit);
    await setTimeout(2000);
    const before = list.lines;
    theirs = await watched(cluster, paths, list);
    if (list.lines - before < theirs.sent) throw new Error("kubectl's watch missed changes");
  } finally {
    await list.stop();
  }
  const name = `watch of 20,000 pods, ${churn.pace} changes/s`;
  return [
    compared(`${name}: CPU`, "% of a core", mine.percent, theirs.percent, peerName),
    compared(`${name}: memory`, "MiB", mine.resident, theirs.resident, peerName),
    alone(`${name}: changes that the server took`, "/s", mine.sent / churn.seconds),
  ];
}

interface Watched {
  percent: number;
  resident: number;
  sent: number;
}

async function watched(cluster: Cluster, paths: string[], watching: WatchedProcess): Promise<Watched> {
  const before = await watching.cpu();
  const changing = new Churn(cluster, paths, churn.pace);
  await setTimeout(churn.seconds * 1000);
  await changing.stop();
  await setTimeout(2000);
  const percent = (((await watching.cpu()) - before) / churn.seconds) * 100;
  return { percent, resident: await watching.resident(), sent: changing.sent };
}

async function drain(cluster: Cluster, folder: string, peer: Peer): Promise<Row[]> {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [left, right] = [`drained-${round}-left`, `drained-${round}-right`];
    await nodeWithPods(cluster, left, drained);
    await nodeWithPods(cluster, right, drained);
    const reader = ours(cluster, folder, ["drain", left]);
    await reader.end(limit);
    const figures = figuresSchema.parse(JSON.parse(reader.last));
    if (figures.state !== "verified") throw new Error(`our drain ended as ${figures.state}`);
    mine.push(figures.took ?? Number.NaN);
    const words = ["drain", right, "--force", "--ignore-daemonsets", "--delete-emptydir-data"];
    theirs.push(await peer(words).end(limit));
  }
  return [compared(`drain of a node with ${drained} pods`, "s", median(mine), median(theirs), peerName)];
}
