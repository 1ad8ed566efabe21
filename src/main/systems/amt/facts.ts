import type { FactKey } from "../../../shared/facts.ts";
import type { FactValue } from "../../../shared/resource.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Disk, Hardware, MemoryModule } from "./hardware.ts";
import type { Machine } from "./machines.ts";
import { type PowerReading, powerWord } from "./power.ts";
import { linkStates, type SettingId } from "./reachable/settings.ts";
import type { Saving } from "./standby.ts";

export type Facts = Partial<Record<FactKey, FactValue>>;

/** What each reading tells, and how the machine is reached. */
export function powerFacts(reading: PowerReading, { place, tls }: Machine): Facts {
  return present({
    "power.state": reading.state === "unknown" ? null : reading.state,
    "power.available": reading.available?.map(powerWord),
    "amt.address": `${place.address}:${place.port}${tls ? " (TLS)" : ""}`,
    "amt.via": place.via,
  });
}

/** What the inventory tells. */
export function hardwareFacts(hardware: Hardware): Facts {
  return present({
    "amt.version": hardware.firmware,
    "hardware.manufacturer": hardware.manufacturer,
    "hardware.model": hardware.model,
    "hardware.serial": hardware.serial,
    "hardware.uuid": hardware.uuid,
    "hardware.board": hardware.board,
    "hardware.bios": hardware.bios,
    "hardware.processor": hardware.processor,
    "hardware.memory": listed(hardware.memory.map(moduleWords)),
    "hardware.disks": listed(hardware.disks.map(diskWords)),
  });
}

/** What the firmware can do and how it is set. */
export function capabilityFacts({ reach, bootDevices }: Capabilities): Facts {
  const { values, controlMode, consent, firmware } = reach;
  const value = (id: SettingId) => ("value" in values[id] ? values[id].value : null);
  const serial = value("redirection");
  const link = value("link-policy");
  return present({
    "amt.edition": firmware.edition,
    "amt.controlMode": controlMode,
    // In client control mode the policy is "all", whatever it was set to before.
    "amt.consent": controlMode === "client" ? "all" : consent?.policy,
    "amt.kvm": value("kvm"),
    "amt.serial": serial === null ? null : serial === "32770" || serial === "32771" ? "on" : "off",
    "amt.listener": value("listener"),
    "amt.reachableWhenOff": link === null ? null : reachableWhenOff(link.split(" ").map(Number)),
    "amt.bootDevices": bootDevices,
  });
}

/** Whether the operating system saves power while the machine counts as on. */
export function savingFacts(saving: Saving | null): Facts {
  return present({ "power.saving": saving });
}

function reachableWhenOff(states: readonly number[]): string {
  const mains = states.includes(linkStates.offMains);
  const battery = states.includes(linkStates.offBattery);
  if (mains) return battery ? "always" : "mains";
  return battery ? "battery" : "never";
}

function listed(lines: string[]): string[] | null {
  return lines.length === 0 ? null : lines;
}

function moduleWords(module: MemoryModule): string {
  const size = module.size === null ? null : `${Math.round((module.size / 1024 ** 3) * 10) / 10} GiB`;
  const speed = module.speed === null ? null : `${module.speed} MHz`;
  return lineOf(module.slot, size, speed, module.manufacturer, module.part);
}

function diskWords(disk: Disk): string {
  return lineOf(disk.name, disk.size === null ? null : `${Math.round(disk.size / 1e9)} GB`);
}

function lineOf(...words: (string | null)[]): string {
  return words.filter((word) => word !== null).join(" · ") || "?";
}

function present(facts: Partial<Record<FactKey, FactValue | null | undefined>>): Facts {
  const kept: Facts = {};
  for (const [key, value] of Object.entries(facts)) {
    if (value !== null && value !== undefined) kept[key as FactKey] = value;
  }
  return kept;
}
