import type { Authentication } from "../../shared/estate-access.ts";
import type { SshTarget } from "../reach/reach.ts";

interface Defaults {
  via?: string | undefined;
  allowlist?: string | undefined;
  user?: string | undefined;
  authentication?: Authentication[] | undefined;
}
interface Host extends Defaults {
  name?: string | undefined;
  address: string;
  port: number;
  hostKey?: string | undefined;
}

/** Linux hosts as an estate file lists them, with defaults that each may override. */
export interface ListedHosts extends Defaults {
  hosts: Readonly<Record<string, Host>>;
}

/**
 * The SSH server of every host of the system, by resource identifier: what a host says itself goes before the
 * system's defaults. A host without a user or a way to log in has none here (the estate check reports it).
 */
export function sshTargets(config: ListedHosts): Map<string, SshTarget> {
  const targets = new Map<string, SshTarget>();
  for (const [id, host] of Object.entries(config.hosts)) {
    const user = host.user ?? config.user;
    const authentication = host.authentication ?? config.authentication;
    if (user === undefined || authentication === undefined) continue;
    targets.set(id, {
      id,
      name: host.name ?? id,
      address: host.address,
      port: host.port,
      user,
      authentication,
      via: host.via ?? config.via ?? null,
      allowlist: host.allowlist ?? config.allowlist ?? null,
      hostKey: host.hostKey ?? null,
    });
  }
  return targets;
}
