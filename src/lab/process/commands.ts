import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { settleConsent } from "../world/consent.ts";
import type { Management } from "../world/management.ts";
import type { World } from "../world/world.ts";
import { usageError } from "./errors.ts";

/** What a running lab tells of itself. Times are world time in epoch milliseconds. */
export const labStatusSchema = z.object({
  now: z.number(),
  machines: z.array(
    z.object({
      id: z.string(),
      role: z.enum(["bounce", "tower", "vm"]),
      tower: z.string().nullable(),
      address: z.string(),
      power: z.enum(["off", "starting", "on", "stopping"]),
      stage: z.enum(["none", "post", "setup", "network", "loader", "system"]),
      bootId: z.string(),
      /** The loopback port of its SSH server. */
      port: z.int().nullable(),
      /** Log-in requests with a credential that its SSH server had since the lab started, and those it accepted. */
      logIns: z.object({ tried: z.int(), accepted: z.int() }),
      /** The management engine of a tower: its digest log-ins, its open sessions, and the consent code on its screen. */
      management: z
        .object({
          logIns: z.object({ tried: z.int(), accepted: z.int() }),
          open: z.array(z.enum(["kvm", "sol", "ider"])),
          consentCode: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
  /** The other loopback ports, by name: `amt tower-a` and the like. */
  ports: z.record(z.string(), z.int()),
  faults: z.array(z.object({ name: z.string(), target: z.string(), detail: z.string().nullable() })),
});
export type LabStatus = z.infer<typeof labStatusSchema>;

function managementOf(management: Management, now: number) {
  settleConsent(management.consent, now);
  return {
    logIns: { ...management.logIns },
    open: [...management.open],
    consentCode: management.consent.code,
  };
}

/** The state of the World and where its servers listen. */
export function statusOf(world: World, ports: ReadonlyMap<string, number>): LabStatus {
  return {
    now: Math.round(world.clock.now()),
    machines: [...world.machines.values()].map((machine) => ({
      id: machine.id,
      role: machine.role,
      tower: machine.tower,
      address: machine.address,
      power: machine.power,
      stage: machine.stage,
      bootId: machine.bootId,
      port: ports.get(machine.id) ?? null,
      logIns: { ...machine.logIns },
      management: machine.management && managementOf(machine.management, world.clock.now()),
    })),
    ports: Object.fromEntries([...ports].filter(([name]) => !world.machines.has(name))),
    faults: world.faults.map((fault) => ({ ...fault })),
  };
}

/**
 * Carries out the words of a command on a running lab: `fault …`, `clear`, `power on|off MACHINE`, `status`. Throws
 * OpsError that says what was not understood or cannot be.
 */
export function runLabCommand(words: readonly string[], world: World): void {
  const [verb, ...values] = words;
  if (verb === "fault" && values.length === 1 && values[0] === "clear") world.clear();
  else if (verb === "fault") world.inject(values);
  else if (verb === "clear" && values.length === 0) world.clear();
  else if (verb === "power") switchPower(values, world);
  else if (verb !== "status" || values.length > 0) {
    throw usageError(
      `The lab does not know the command "${words.join(" ").slice(0, 100)}".`,
      `Le lab ne connaît pas la commande « ${words.join(" ").slice(0, 100)} ».`,
    );
  }
}

function switchPower([way, id = "", ...rest]: readonly string[], world: World): void {
  if ((way !== "on" && way !== "off") || rest.length > 0 || !world.machines.has(id)) {
    throw usageError(
      `"power" takes on or off and a machine of the lab, not "${[way, id].join(" ").slice(0, 100)}".`,
      `« power » attend on ou off et une machine du lab, et non « ${[way, id].join(" ").slice(0, 100)} ».`,
    );
  }
  if (way === "off") world.powerOff(id);
  else if (world.machine(id).power === "off" && !world.powerOn(id)) {
    throw new OpsError({
      code: "lab.cannot-power-on",
      system: "lab",
      message: text(`${id} cannot be switched on now.`, `${id} ne peut pas être allumée maintenant.`),
      hint: text(
        "Lift its fault with `lab clear`, or switch its tower on first.",
        "Levez sa panne avec `lab clear`, ou allumez d'abord sa tour.",
      ),
    });
  }
}
