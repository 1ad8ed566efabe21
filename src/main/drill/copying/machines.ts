import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { AlertmanagerSystemConfig } from "../../../shared/systems/alertmanager.ts";
import type { AmtSystemConfig } from "../../../shared/systems/amt.ts";
import type { SshSystemConfig } from "../../../shared/systems/ssh.ts";
import type { VncSystemConfig } from "../../../shared/systems/vnc.ts";
import { type Known, listOf, numberOf, placeOf, present, wordsOf } from "./known.ts";

/** Machines are known by identifiers that have no system in front: several systems may know one. */
function machinesOf({ resources }: Known): (id: string) => Resource | null {
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  return (id) => byId.get(id) ?? null;
}

const isOff = (resource: Resource | null) => wordsOf(resource, "power.state") === "off";

function whole(value: number | null): number | null {
  return value === null ? null : Math.max(1, Math.round(value));
}

/** The hosts with their size, their system and what is wrong with their units. */
export function sshCopy(config: SshSystemConfig, all: Known): SystemCopyOf<"ssh"> {
  const machine = machinesOf(all);
  const hosts = Object.entries(config.hosts).map(([id, host]) => {
    const seen = machine(id);
    const { name, site, environment, kind, parent, address } = host;
    const copy = {
      ...present({ name, site, environment, parent }),
      kind,
      address,
      isOff: isOff(seen),
      processors: whole(numberOf(seen, "cpu.count")),
      memory: numberOf(seen, "memory.total"),
      system: /ubuntu/i.test(wordsOf(seen, "os.name") ?? "") ? ("ubuntu" as const) : ("debian" as const),
      pending: Math.max(0, Math.round(numberOf(seen, "updates.pending") ?? 0)),
      failedUnits: listOf(seen, "units.failed").slice(0, 100),
    };
    return [id, copy] as const;
  });
  const { site, environment, every } = config;
  return { type: "ssh", ...present({ site, environment, every }), hosts: Object.fromEntries(hosts) };
}

/** The management engines, with whether their machine is on. */
export function amtCopy(config: AmtSystemConfig, all: Known): SystemCopyOf<"amt"> {
  const machineNamed = machinesOf(all);
  const machines = Object.entries(config.machines).map(([id, machine]) => {
    const { name, site, environment, address, tls = config.tls, screen = config.screen } = machine;
    const copy = {
      ...present({ name, site, environment }),
      address,
      isSecure: tls !== false,
      hasScreen: screen !== "none",
      isOff: isOff(machineNamed(id)),
    };
    return [id, copy] as const;
  });
  const { site, environment, every } = config;
  return { type: "amt", ...present({ site, environment, every }), machines: Object.fromEntries(machines) };
}

/** The screens, by the address and port at which they are shown. */
export function vncCopy(config: VncSystemConfig): SystemCopyOf<"vnc"> {
  const screens = Object.entries(config.screens).map(([id, screen]) => {
    const { name, kind, parent, site, environment, address, port } = screen;
    return [id, { ...present({ name, parent, site, environment }), kind, address, port }] as const;
  });
  const { site, environment } = config;
  return { type: "vnc", ...present({ site, environment }), screens: Object.fromEntries(screens) };
}

/** Where it answers, and which alerts are about what; what fires in a drill is what befalls the drill. */
export function alertmanagerCopy(config: AlertmanagerSystemConfig): SystemCopyOf<"alertmanager"> {
  const { name, site, environment, every } = config;
  const { host: address, port } = placeOf(config.url);
  const silence = present(config.silence);
  return {
    type: "alertmanager",
    ...present({ name, site, environment, every }),
    address,
    port,
    silence: Object.fromEntries(Object.entries(silence).map(([kind, matchers]) => [kind, String(matchers)])),
  };
}
