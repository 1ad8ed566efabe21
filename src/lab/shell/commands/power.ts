import type { Process, ProgramTable } from "../process.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

/** World milliseconds between the command and the end of the sessions, as long as systemd takes to get there. */
const grace = 1000;

/** Begins to go down; the command itself returns before the machine does. */
export async function goDown(process: Process, then: "off" | "reboot"): Promise<number> {
  const { world, machine } = process.view;
  if (process.user.id !== 0) {
    await process.complain("Call to Reboot failed: Interactive authentication required.");
    return 1;
  }
  world.write(
    machine,
    "systemd-logind",
    then === "reboot" ? "System is rebooting." : "System is powering off.",
  );
  world.clock.after(grace, () => world.shutDown(machine.id, then));
  return 0;
}

async function shutdown(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "rhPHck", ["no-wall", "reboot", "poweroff"]);
  if (options.has("c")) return 0;
  const [when = "+1"] = options.operands;
  if (!/^(now|\+\d{1,4})$/.test(when)) throw new UsageError(`Failed to parse time specification: ${when}`);
  const minutes = when === "now" ? 0 : Number(when.slice(1));
  const then = options.has("r") || options.has("reboot") ? "reboot" : "off";
  if (minutes === 0 || process.user.id !== 0) return goDown(process, then);
  const { world, machine } = process.view;
  const { bootId } = machine;
  world.clock.after(minutes * 60_000, () => {
    if (machine.bootId === bootId) world.shutDown(machine.id, then);
  });
  await process.complain(`Shutdown scheduled in ${minutes} minutes.`);
  return 0;
}

export const powerPrograms: ProgramTable = {
  halt: (process) => goDown(process, "off"),
  poweroff: (process) => goDown(process, "off"),
  reboot: (process) => goDown(process, "reboot"),
  shutdown: withUsage(shutdown, 1),
};
