import { type Blueprint, describeUnit, drawMachine } from "./blueprint.ts";
import type { Machine } from "./machine.ts";

/** A machine of a copied estate: what tells it apart, and what is known of it; null: it is drawn. */
export interface CopiedMachine
  extends Pick<
    Blueprint,
    "id" | "role" | "address" | "tower" | "region" | "system" | "firmware" | "pending"
  > {
  isOff: boolean;
  processors: number | null;
  memory: number | null;
  failedUnits: readonly string[];
  /** Of its management engine, where that has one of its own. */
  managementAddress: string | null;
}

/** Draws a machine of a copied estate as it was. One whose tower is off is off as well. */
export function drawCopiedMachine(copied: CopiedMachine, seed: number, now: number): Machine {
  const { isOff, processors, memory, failedUnits, managementAddress, ...blueprint } = copied;
  const machine = drawMachine({ ...blueprint, domain: "copy.example" }, seed, now);
  machine.processors = processors ?? machine.processors;
  machine.memoryBytes = memory ?? machine.memoryBytes;
  if (isOff) Object.assign(machine, { power: "off", stage: "none", startsWithTower: false });
  if (machine.management && managementAddress !== null) machine.management.address = managementAddress;
  for (const entry of machine.packages
    .filter(({ candidate }) => candidate !== null)
    .slice(copied.pending ?? 0)) {
    entry.candidate = null;
  }
  for (const name of failedUnits) {
    const known = machine.units.find((unit) => unit.name === name);
    if (known) known.state = "failed";
    else machine.units.push({ name, description: describeUnit(name), state: "failed" });
  }
  return machine;
}
