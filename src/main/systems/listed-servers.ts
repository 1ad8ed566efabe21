import type { SshTarget } from "../reach/reach.ts";
import { HostAccess } from "./host-access.ts";
import { type ListedHosts, sshTargets } from "./host-targets.ts";
import type { SystemContext } from "./system.ts";

/** One of the servers that a system's config lists. */
export interface ListedServer {
  /** Its key in the config. */
  id: string;
  /** What it is reached by. */
  target: string;
  name: string;
  site: string | null;
}

type Listed = ListedHosts["hosts"][string] & { site?: string | undefined };

/**
 * The servers that a system's config lists under `servers`, which are no resources of their own: the way to them over SSH, and
 * each by its key. One that is not listed has its key as its name.
 */
export function listedServers(
  { servers, ...defaults }: Omit<ListedHosts, "hosts"> & { servers: Readonly<Record<string, Listed>> },
  context: Pick<SystemContext, "id" | "reach" | "now">,
): { access: HostAccess; targets: ReadonlyMap<string, SshTarget>; server(id: string): ListedServer } {
  const targetOf = (id: string) => `${context.id}/servers/${id}`;
  const hosts = Object.fromEntries(
    Object.entries(servers).map(([id, server]) => [targetOf(id), { ...server, name: server.name ?? id }]),
  );
  const targets = sshTargets({ ...defaults, hosts });
  const access = new HostAccess({
    system: context.id,
    reach: context.reach,
    now: () => context.now(),
    targets,
  });
  return {
    access,
    targets,
    server: (id) => ({
      id,
      target: targetOf(id),
      name: servers[id]?.name ?? id,
      site: servers[id]?.site ?? null,
    }),
  };
}
