import type { Observation, ObservationSink, Resource } from "../../../../shared/resource.ts";
import { type SshSystemConfig, sshSystemSchema } from "../../../../shared/systems/ssh.ts";
import type { Reach } from "../../../reach/reach.ts";
import { HostAccess } from "../../host-access.ts";
import { sshTargets } from "../../host-targets.ts";

/** An estate's entry with two towers and a VM. */
export const config: SshSystemConfig = sshSystemSchema.parse({
  type: "ssh",
  site: "atelier",
  environment: "production",
  via: "bounce",
  allowlist: "office",
  user: "operator",
  authentication: [{ password: "keychain:hosts" }],
  every: "30s",
  hosts: {
    "tower-a": { name: "Tower A", address: "192.0.2.11" },
    "tower-b": { address: "192.0.2.12", port: 2222, user: "root", via: "second-bounce" },
    "web-1": { address: "192.0.2.21", kind: "vm", parent: "tower-a", environment: "staging" },
  },
});

/** A clock that only waiting moves. */
export class FakeClock {
  at = 1_700_000_000_000;
  readonly now = (): number => this.at;
  readonly wait = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.at += milliseconds;
    await Promise.resolve();
  };
}

/** The hosts of `config` behind the given reach. */
export function accessTo(reach: Reach, clock: FakeClock = new FakeClock()): HostAccess {
  return new HostAccess({
    system: "atelier-hosts",
    reach,
    now: clock.now,
    wait: clock.wait,
    targets: sshTargets(config),
  });
}

/** Keeps what was reported. */
export class RecordingSink implements ObservationSink {
  readonly observations: Observation[] = [];
  declare(): void {}
  redeclare(): void {}
  observe(observations: Observation[]): void {
    this.observations.push(...observations);
  }
  /** The last observation of a resource. */
  last(resource: string): Observation | undefined {
    return this.observations.findLast((each) => each.resource === resource);
  }
}

/** A host as the inventory holds it, with these facts. */
export function resource(id: string, facts: Record<string, string> = {}): Resource {
  return {
    id,
    kind: "host",
    name: id,
    system: "atelier-hosts",
    parent: null,
    site: "atelier",
    environment: "production",
    health: "ok",
    stale: false,
    seenAt: 0,
    facts: Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, { value, source: "atelier-hosts", at: 0 }]),
    ),
    problems: [],
    sources: { "atelier-hosts": { health: "ok", seenAt: 0, error: null } },
  };
}
