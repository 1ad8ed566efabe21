import type { CapacityFigure, ClusterCapacity, HostCapacity, Loss } from "../../../../shared/capacity.ts";
import { sameText, text } from "../../../../shared/text.ts";

const gibibyte = 2 ** 30;

const figure = (part: Partial<CapacityFigure>): CapacityFigure => ({
  used: 96,
  whole: 64,
  ratio: 1.5,
  ceiling: 2,
  verdict: "ok",
  text: text(
    "96 vCPUs for 64 cores, 1:1.5; the ceiling is 1:2.",
    "96 vCPU pour 64 cœurs, 1:1,5 ; le plafond est 1:2.",
  ),
  ...part,
});

/** Hosts of 128 GiB and 16 cores. */
export function host(name: string, part: Partial<HostCapacity> = {}): HostCapacity {
  return {
    id: `east/${name}`,
    name,
    standing: "serving",
    model: "R650",
    cores: 16,
    memory: 128 * gibibyte,
    vms: 4,
    vcpus: 24,
    memoryAssigned: 64 * gibibyte,
    ...part,
  };
}

/** The loss of a host, after which the others bear so many GiB each. */
export function loss(of: string, after: Record<string, number>, part: Partial<Loss> = {}): Loss {
  return {
    cluster: "east/prod",
    hosts: [`east/${of}`],
    verdict: "ok",
    text: sameText(`Without ${of}, all of its VMs fit.`),
    moving: 4,
    unplaced: 0,
    vms: [],
    after: Object.entries(after).map(([name, memory]) => ({
      host: `east/${name}`,
      memory: memory * gibibyte,
      vcpus: 16,
      taken: 2,
    })),
    ...part,
  };
}

const db = {
  id: "east/vms/db-9",
  name: "db-9",
  from: "esx-3",
  memory: 96 * gibibyte,
  vcpus: 8,
  to: null,
  why: text("It needs 96 GiB; the most is 64 GiB.", "Il lui faut 96 Gio ; il y a 64 Gio."),
};
const web = {
  ...db,
  id: "east/vms/web-1",
  name: "web-1",
  memory: 8 * gibibyte,
  vcpus: 2,
  to: "east/esx-1",
  why: null,
};

/** What is told when esx-3 is asked for: all of its VMs. */
export const lossOfThird = loss(
  "esx-3",
  { "esx-1": 72, "esx-2": 64 },
  {
    verdict: "exceeded",
    text: text(
      "Without esx-3, 1 of its 2 VMs fits on the other 2 hosts; db-9 (96 GiB) does not.",
      "Sans esx-3, 1 de ses 2 VM tient sur les 2 autres hôtes ; db-9 (96 Gio) n'y tient pas.",
    ),
    moving: 2,
    unplaced: 1,
    vms: [db, web],
  },
);

/** Three hosts that serve, of which the third cannot be lost, and one in maintenance. */
export function cluster(part: Partial<ClusterCapacity> = {}): ClusterCapacity {
  return {
    id: "east/prod",
    name: "prod",
    site: "atelier",
    environment: "production",
    alone: false,
    readAt: Date.now(),
    hosts: [host("esx-1"), host("esx-2"), host("esx-3"), host("esx-4", { standing: "maintenance" })],
    apart: { off: 3, templates: 1 },
    processors: figure({}),
    memory: figure({
      used: 350,
      whole: 384,
      ratio: 0.91,
      ceiling: 1,
      verdict: "warning",
      text: text("350 GiB assigned of 384 GiB.", "350 Gio attribués sur 384 Gio."),
    }),
    limits: { memoryRatio: 1, vcpuPerCore: 2 },
    losses: [
      loss("esx-1", { "esx-2": 118, "esx-3": 128 }),
      loss("esx-2", { "esx-1": 60, "esx-3": 80 }),
      { ...lossOfThird, vms: [db] },
    ],
    spare: { wanted: 1, verdict: "exceeded", text: lossOfThird.text },
    ...part,
  };
}
