import type { Held, Load } from "./records.ts";

/** Of ten thousand VMs hundreds take a little more or less every second: a step is what is worth telling. Percent. */
const step = 5;

/** Takes what was last told of an object's load into what is shown of it. True when that has changed. */
export function showLoad(held: Held): boolean {
  if (held.is !== "vm" && held.is !== "host") return false;
  const { load, memory, power } = held;
  const runs = power === "poweredOn";
  const cpu = stepped(load.shown.cpu, runs ? percent(load.cpu, load.cpuMost) : null);
  const used = stepped(load.shown.memory, runs ? percent(load.memory, memory) : null);
  if (cpu === load.shown.cpu && used === load.shown.memory) return false;
  load.shown = { cpu, memory: used } satisfies Load["shown"];
  return true;
}

function percent(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null || whole <= 0) return null;
  return Math.min(100, Math.max(0, Math.round((part / whole) * 100)));
}

/** Stays where it is until the value is a step away, or at either end. */
function stepped(before: number | null, now: number | null): number | null {
  if (before === null || now === null) return now;
  const isAnEnd = now === 0 || now === 100;
  return Math.abs(now - before) >= step || isAnEnd ? now : before;
}
