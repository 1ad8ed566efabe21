import type { EstateCopy, SystemCopy } from "../../../shared/estate-copy.ts";

/** Every address and host name that something of a copy has. */
export function usedAddresses(copy: EstateCopy): string[] {
  return [...new Set(Object.values(copy.systems).flatMap(addressesOf))];
}

function addressesOf(system: SystemCopy): string[] {
  const at = (places: Readonly<Record<string, { address: string }>>) =>
    Object.values(places).map(({ address }) => address);
  switch (system.type) {
    case "swift":
      return at(system.ends);
    case "s3":
      return [system.address];
    case "dns":
      return [...at(system.servers), ...at(system.resolvers), ...system.hosts.map(({ address }) => address)];
    case "web":
      return [
        ...at(system.resolvers),
        ...Object.values(system.checks).flatMap(({ address, resolveWith }) => [
          ...(address === null ? [] : [address]),
          ...(resolveWith === undefined || !/[.:]/.test(resolveWith) ? [] : [resolveWith]),
        ]),
      ];
    case "file-store":
      return at(system.servers);
    case "ssh":
      return at(system.hosts);
    case "amt":
      return at(system.machines);
    case "vnc":
      return at(system.screens);
    case "alertmanager":
    case "vsphere":
      return [system.address];
    case "proxmox":
      return system.nodes.flatMap(({ address }) => address ?? []);
    default:
      return [];
  }
}
