import { parseDuration } from "../../../shared/estate-words.ts";
import type { Declaration } from "../../../shared/resource.ts";
import { type AmtSystemConfig, amtSystemSchema } from "../../../shared/systems/amt.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { defaultPowerTimes, type PowerTimes } from "./actions/parts.ts";
import { machineActions } from "./actions.ts";
import { MachineAccess } from "./machine-access.ts";
import { amtMachines } from "./machines.ts";
import { MachineObserver } from "./observe.ts";
import { MachineConsoles } from "./redirection/consoles.ts";
import { screenWay } from "./redirection/screen-way.ts";
import { loginTrials } from "./trial-login.ts";

/** Readings that may be missed before what AMT said counts as stale. */
const missedReadings = 3;

/**
 * Machines with Intel AMT, over WS-Management: power, hardware, event log, next boot. A machine has the identifier of
 * the host that it is, so that an ssh system may know the same resource.
 */
export const amtSystem: SystemDefinition<AmtSystemConfig> = amtSystemWith({});

/** The same with other times around a power request, for machines that need less of it than real ones. */
export function amtSystemWith(times: Partial<PowerTimes>): SystemDefinition<AmtSystemConfig> {
  const powerTimes = { ...defaultPowerTimes, ...times };
  return {
    type: "amt",
    config: amtSystemSchema,
    create: (config, context) => createAmtSystem(config, context, powerTimes),
  };
}

function createAmtSystem(config: AmtSystemConfig, context: SystemContext, powerTimes: PowerTimes): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 30_000;
  const closing = new AbortController();
  const targets = amtMachines(config);
  const access = new MachineAccess({
    system: context.id,
    machines: targets,
    reach: context.reach,
    secrets: context.secrets,
    now: () => context.now(),
  });
  const observer = new MachineObserver(access);
  const consoles = new MachineConsoles({
    access,
    questions: context.questions,
    unread: (resource) => observer.failure(resource),
  });
  const machines = Object.keys(config.machines);
  const secrets = [...targets.values()].flatMap((machine) => {
    const way = screenWay(machine);
    const references = [machine.password, way.by === "vnc" ? way.password : null];
    return references.flatMap((reference) => (reference === null ? [] : [{ reference, usedBy: machine.id }]));
  });
  return {
    id: context.id,
    type: "amt",
    every,
    declarations: () => declarations(config, context.id, every * missedReadings),
    async observe(sink, signal, resources) {
      const wanted = resources?.filter((id) => access.has(id)) ?? machines;
      const either = AbortSignal.any([signal, closing.signal]);
      await observer.observe(sink, either, wanted, resources !== undefined);
    },
    actions: machineActions(
      access,
      {
        onChanged: (resource, what = "power") => observer.expire(resource, what),
        questions: context.questions,
      },
      powerTimes,
    ),
    consoles: (resource) => consoles.offers(resource),
    openShell: (resource, _size, signal) =>
      consoles.openSerial(resource, AbortSignal.any([signal, closing.signal])),
    openScreen: (resource, signal) =>
      consoles.openScreen(resource, AbortSignal.any([signal, closing.signal])),
    secrets: () => secrets,
    trials: (reference) => loginTrials(access, targets.values(), reference),
    async close() {
      closing.abort();
      access.close();
      await observer.close();
    },
  };
}

function declarations(config: AmtSystemConfig, system: string, staleAfter: number): Declaration[] {
  return Object.entries(config.machines).map(([id, machine]) => ({
    id,
    kind: "host",
    name: machine.name ?? id,
    system,
    parent: machine.site ?? config.site ?? null,
    site: machine.site ?? config.site ?? null,
    environment: machine.environment ?? config.environment ?? null,
    staleAfter,
  }));
}
