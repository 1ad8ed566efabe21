import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { compared, type Row } from "./row.ts";
import { govc, peerName } from "./support/govc.ts";
import { LabVcenter } from "./support/lab-vcenter.ts";
import { inFolder } from "./support/program.ts";
import { childrenSeconds, median } from "./support/timed-run.ts";
import { type SimulatedVcenter, type Simulator, simulatedVcenter } from "./support/vcenter.ts";
import { WatchedProcess } from "./support/watched-process.ts";

const vms = 10_000;
const rounds = 3;
const churn = { pace: 200, seconds: 20 };
/** So few, because the simulator goes through all of its VMs for each. */
const changed = ["DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1", "DC0_C0_RP0_VM2"];
const limit = 120_000;

const figuresSchema = z.object({
  sinceStart: z.number(),
  cpu: z.number(),
  peak: z.number(),
  changes: z.number(),
});

/**
 * The first inventory and steady updates of 10,000 VMs against VMware's `govc object.collect`, which is asked for the very
 * properties of VMs that we read, on the same server: VMware's simulator where it is built, and the lab's vCenter. Every
 * process starts anew each round.
 */
export default async function vsphere(): Promise<Row[]> {
  return inFolder(async (folder) => {
    const rows: Row[] = [];
    const simulator = await simulatedVcenter(folder, vms);
    if (!simulator)
      throw new Error("VMware's simulator and client, which are measured against, are not built");
    try {
      rows.push(...(await firstInventory("vcsim", simulator, folder)));
      rows.push(...(await fewUpdates(simulator, folder)));
    } finally {
      await simulator.stop();
    }
    const lab = await LabVcenter.start(folder, vms, 20);
    try {
      rows.push(...(await firstInventory("the lab", lab, folder)));
      rows.push(...(await steadyUpdates(lab, folder)));
    } finally {
      await lab.stop();
    }
    return rows;
  });
}

let folders = 0;

/** Our reader with a data folder of its own. */
function ours({ estate }: SimulatedVcenter, folder: string, mode: "list" | "watch"): WatchedProcess {
  folders += 1;
  const own = join(folder, `console-${folders}`);
  mkdirSync(own);
  const script = join(import.meta.dirname, "vcenter-reader.ts");
  return new WatchedProcess(process.execPath, [script, own, estate, mode, String(vms)]);
}

async function firstInventory(name: string, vcenter: SimulatedVcenter, folder: string): Promise<Row[]> {
  const mine = { wall: [] as number[], cpu: [] as number[], peak: [] as number[] };
  const theirs = { wall: [] as number[], cpu: [] as number[], peak: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const reader = ours(vcenter, folder, "list");
    await reader.end(limit);
    const figures = figuresSchema.parse(JSON.parse(reader.last));
    mine.wall.push(figures.sinceStart);
    mine.cpu.push(figures.cpu);
    mine.peak.push(figures.peak);

    const before = childrenSeconds() ?? Number.NaN;
    const list = govc(vcenter.url, "list");
    theirs.wall.push(await list.end(limit));
    if (list.lines <= vms) throw new Error(`govc listed only ${list.lines} lines`);
    theirs.cpu.push((childrenSeconds() ?? Number.NaN) - before);
    theirs.peak.push(list.peak);
  }
  const of = `${name}: first inventory of 10,000 VMs`;
  return [
    compared(of, "s", median(mine.wall), median(theirs.wall), peerName),
    compared(`${of}: CPU`, "s", median(mine.cpu), median(theirs.cpu), peerName),
    compared(`${of}: most memory`, "MiB", median(mine.peak), median(theirs.peak), peerName),
  ];
}

/** Some VMs are powered off while all are watched: when that was seen, and what it took. */
async function fewUpdates(simulator: Simulator, folder: string): Promise<Row[]> {
  const measured = async (
    watching: WatchedProcess,
    seen: () => boolean,
    change: (vm: string) => Promise<void>,
  ) => {
    const before = await watching.cpu();
    const startedAt = performance.now();
    for (const vm of changed) await change(vm);
    await watching.until(seen, limit);
    return { seconds: (performance.now() - startedAt) / 1000, cpu: (await watching.cpu()) - before };
  };
  const reader = await watchingReader(simulator, folder);
  let mine: { seconds: number; cpu: number };
  try {
    const changes = () => figuresSchema.parse(JSON.parse(reader.last)).changes;
    mine = await measured(reader, () => changes() >= changed.length, simulator.powerOff);
  } finally {
    await reader.stop();
  }
  const list = await watchingPeer(simulator);
  let theirs: { seconds: number; cpu: number };
  try {
    const before = list.lines;
    // Each is told of with a dozen lines or more.
    theirs = await measured(list, () => list.lines - before >= 12 * changed.length, simulator.powerOn);
  } finally {
    await list.stop();
  }
  const of = `vcsim: ${changed.length} of 10,000 VMs change`;
  return [
    compared(`${of}: until all are seen`, "s", mine.seconds, theirs.seconds, peerName),
    compared(`${of}: CPU`, "s", mine.cpu, theirs.cpu, peerName),
  ];
}

/** What each takes while 200 VMs a second are powered off and on; every change must have come. */
async function steadyUpdates(lab: LabVcenter, folder: string): Promise<Row[]> {
  const reader = await watchingReader(lab, folder);
  let mine: Steady;
  try {
    mine = await steady(lab, reader);
    const { changes } = figuresSchema.parse(JSON.parse(reader.last));
    if (changes < mine.sent) throw new Error(`our watch saw ${changes} of ${mine.sent} changes`);
  } finally {
    await reader.stop();
  }
  const list = await watchingPeer(lab);
  let theirs: Steady;
  try {
    const before = list.lines;
    theirs = await steady(lab, list);
    if (list.lines - before < 12 * theirs.sent) throw new Error("govc missed changes");
  } finally {
    await list.stop();
  }
  const of = `the lab: 10,000 VMs, ${churn.pace} changes/s`;
  return [
    compared(`${of}: CPU`, "% of a core", mine.percent, theirs.percent, peerName),
    compared(`${of}: memory`, "MiB", mine.resident, theirs.resident, peerName),
    compared(
      `${of}: changes that the server took`,
      "/s",
      mine.sent / churn.seconds,
      theirs.sent / churn.seconds,
      peerName,
    ),
  ];
}

interface Steady {
  percent: number;
  resident: number;
  sent: number;
}

async function steady(lab: LabVcenter, watching: WatchedProcess): Promise<Steady> {
  const cpu = await watching.cpu();
  const before = await lab.change(churn.pace);
  await setTimeout(churn.seconds * 1000);
  const sent = (await lab.change(0)) - before;
  await setTimeout(3000);
  const percent = (((await watching.cpu()) - cpu) / churn.seconds) * 100;
  return { percent, resident: await watching.resident(), sent };
}

async function watchingReader(vcenter: SimulatedVcenter, folder: string): Promise<WatchedProcess> {
  const reader = ours(vcenter, folder, "watch");
  return whenQuiet(reader, () => reader.lines >= 5);
}

/** It has said everything once its output rests. */
async function watchingPeer({ url }: SimulatedVcenter): Promise<WatchedProcess> {
  const peer = govc(url, "watch");
  let lines = 0;
  let restedAt = performance.now();
  return whenQuiet(peer, () => {
    if (lines !== peer.lines) restedAt = performance.now();
    lines = peer.lines;
    return lines > vms && performance.now() - restedAt > 1500;
  });
}

async function whenQuiet(watching: WatchedProcess, holds: () => boolean): Promise<WatchedProcess> {
  try {
    await watching.until(holds, limit);
    return watching;
  } catch (error) {
    await watching.stop();
    throw error;
  }
}
