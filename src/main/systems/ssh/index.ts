import { parseDuration } from "../../../shared/estate-words.ts";
import type { Declaration } from "../../../shared/resource.ts";
import { type SshSystemConfig, sshSystemSchema } from "../../../shared/systems/ssh.ts";
import { HostAccess } from "../host-access.ts";
import { sshTargets } from "../host-targets.ts";
import type { System, SystemContext, SystemDefinition } from "../system.ts";
import { hostActions } from "./actions.ts";
import { HostObserver } from "./observe.ts";

/** Readings that may be missed before a host counts as stale. */
const missedReadings = 3;

/**
 * Linux hosts over SSH: read by one POSIX script, rebooted, patched, given commands, opened in a terminal. A resource
 * of this system has the identifier that the host has in the estate file.
 */
export const sshSystem: SystemDefinition<SshSystemConfig> = {
  type: "ssh",
  config: sshSystemSchema,
  create: createSshSystem,
};

function createSshSystem(config: SshSystemConfig, context: SystemContext): System {
  // The schema admits nothing else; the fallback is its default.
  const every = parseDuration(config.every) ?? 30_000;
  const closing = new AbortController();
  const targets = sshTargets(config);
  const access = new HostAccess({
    system: context.id,
    reach: context.reach,
    now: () => context.now(),
    targets,
  });
  const observer = new HostObserver(access);
  const hosts = Object.keys(config.hosts);
  return {
    id: context.id,
    type: "ssh",
    every,
    declarations: () => declarations(config, context.id, every * missedReadings),
    async observe(sink, signal, resources) {
      const wanted = resources?.filter((id) => Object.hasOwn(config.hosts, id)) ?? hosts;
      const either = AbortSignal.any([signal, closing.signal]);
      await observer.observe(sink, either, wanted, resources !== undefined);
    },
    actions: hostActions(access, {
      offers: (resource) => Object.hasOwn(config.hosts, resource.id),
      onChanged: (resource) => observer.expireMaintenance(resource),
    }),
    consoles: (resource) => (targets.has(resource) ? [{ kind: "shell", unavailable: null }] : []),
    async openShell(resource, size, signal) {
      return context.reach.shell(access.target(resource), size, AbortSignal.any([signal, closing.signal]));
    },
    logins: () => [...targets.values()],
    async close() {
      closing.abort();
    },
  };
}

function declarations(config: SshSystemConfig, system: string, staleAfter: number): Declaration[] {
  return Object.entries(config.hosts).map(([id, host]) => ({
    id,
    kind: host.kind,
    name: host.name ?? id,
    system,
    parent: host.parent ?? host.site ?? config.site ?? null,
    site: host.site ?? config.site ?? null,
    environment: host.environment ?? config.environment ?? null,
    staleAfter,
  }));
}
