import { join } from "node:path";
import { z } from "zod";
import { alone, compared, type Row } from "./row.ts";
import { LabVcenter } from "./support/lab-vcenter.ts";
import { inFolder } from "./support/program.ts";
import { WatchedProcess } from "./support/watched-process.ts";

/** Ten hosts with a hundred VMs each, every tenth of them off. */
const vms = 1000;
const onHost = 100;
const hosts = { ours: "esx-101.east.example", loop: "esx-102.east.example" };
/** VMs that move at a time. */
const limits = [4, 8];
/** The lab's clock against the wall's: a move of 4 GiB of memory takes 1.1 s. */
const speed = 5;
const deadline = 100_000;

const figuresSchema = z.object({
  state: z.string(),
  outcome: z.string(),
  took: z.number(),
  events: z.number(),
  cpu: z.number(),
  peak: z.number(),
});

/**
 * The evacuation of a host with 100 VMs on the lab's vCenter, from the start of the task to its proof, against the same moves
 * of a like host asked for by a plain loop inside the vCenter with as many at a time: what the hypervisor itself takes.
 */
export default async function evacuation(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const limit of limits) rows.push(...(await inFolder((folder) => measured(folder, limit))));
  return rows;
}

async function measured(folder: string, limit: number): Promise<Row[]> {
  const vcenter = await LabVcenter.start(folder, vms, speed);
  try {
    const script = join(import.meta.dirname, "vcenter-reader.ts");
    const words = [script, folder, vcenter.estate, "evacuate", hosts.ours, String(limit)];
    const reader = new WatchedProcess(process.execPath, words);
    await reader.end(deadline);
    const { state, outcome, took, events, cpu, peak } = figuresSchema.parse(JSON.parse(reader.last));
    if (state !== "verified") throw new Error(`our evacuation ended as ${state}: ${outcome}`);
    // Ours has left VMs there as well: each is as long on its way as another.
    const loop = await vcenter.empty(hosts.loop, limit);
    if (loop.moved < onHost) throw new Error(`the loop moved only ${loop.moved} VMs`);
    const of = `evacuation of ${onHost} VMs, ${limit} at a time`;
    const each = (onHost / loop.moved) * loop.seconds;
    return [
      compared(of, "s", took, each, "plain loop"),
      alone(`${of}: added to each move`, "ms", ((took - each) / (onHost / limit)) * 1000),
      alone(`${of}: events in the journal`, "events", events),
      alone(`${of}: CPU, start and first inventory included`, "s", cpu),
      alone(`${of}: most memory`, "MiB", peak),
    ];
  } finally {
    await vcenter.stop();
  }
}
