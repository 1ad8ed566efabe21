import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { FactValue, Observation, ObservationSink, Resource } from "../../../../shared/resource.ts";
import { type AmtSystemConfig, amtSystemSchema } from "../../../../shared/systems/amt.ts";
import type { ActionContext } from "../../../actions/action.ts";
import type { SecretResolver } from "../../../secrets/resolver.ts";
import { AmtDevice, type DeviceParts } from "../client/device.ts";
import { Wsman } from "../client/wsman.ts";
import { MachineAccess } from "../machine-access.ts";
import { amtMachines } from "../machines.ts";
import type { Door } from "../redirection/door.ts";

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

/** Plain connections on loopback. */
export async function dialLoopback(place: { address: string; port: number }): Promise<Duplex> {
  const socket = connect({ host: place.address, port: place.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return socket;
}

/** The way to an AMT at a port of loopback; ports that are not where they belong are given by their usual number. */
export function doorTo(port: number, moved: Record<number, number> = {}, password = "Secret-1"): Door {
  return {
    place: { name: "Tower A", address: "127.0.0.1", port, via: null, allowlist: null },
    tls: null,
    user: "admin",
    password: async () => ({ reveal: () => password }),
    dial: (place) => dialLoopback({ ...place, port: moved[place.port] ?? place.port }),
  };
}

/** A device at a port of loopback, with short times. */
export function deviceAt(port: number, more: Partial<DeviceParts> = {}): AmtDevice {
  return new AmtDevice({
    place: { name: "Tower A", address: "127.0.0.1", port, via: null, allowlist: null },
    tls: null,
    user: "admin",
    password: async () => ({ reveal: () => "Secret-1" }),
    dial: dialLoopback,
    now: Date.now,
    times: { connect: 5000, exchange: 5000, ...more.times },
    ...more,
  });
}

/** A client for such a device. */
export function wsmanAt(port: number, more: Partial<DeviceParts> = {}): Wsman {
  return new Wsman(deviceAt(port, more));
}

/** An estate's entry with machines at these ports. */
export function configFor(ports: Record<string, number>): AmtSystemConfig {
  return amtSystemSchema.parse({
    type: "amt",
    site: "atelier",
    password: "keychain:amt",
    machines: Object.fromEntries(
      Object.entries(ports).map(([id, port]) => [id, { address: "127.0.0.1", port }]),
    ),
  });
}

/** Gives every reference the same password and counts how often it was asked. */
export class FakeSecrets implements SecretResolver {
  value = "Secret-1";
  uses = 0;
  async resolve() {
    this.uses += 1;
    const { value } = this;
    return { reveal: () => value };
  }
}

/** Machines at ports of loopback, with a clock that only waiting moves. */
export function accessTo(
  ports: Record<string, number>,
  clock: FakeClock,
  secrets: SecretResolver = new FakeSecrets(),
): MachineAccess {
  return new MachineAccess({
    system: "atelier-amt",
    machines: amtMachines(configFor(ports)),
    reach: { dial: dialLoopback },
    secrets,
    now: clock.now,
    wait: clock.wait,
    times: { exchange: 5000 },
    sessionTimes: { after: 1, again: 5 },
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

/** A machine as the inventory holds it, with these facts. */
export function resource(id: string, facts: Record<string, FactValue> = {}): Resource {
  return {
    id,
    kind: "host",
    name: id,
    system: "atelier-amt",
    parent: null,
    site: "atelier",
    environment: null,
    health: "ok",
    stale: false,
    seenAt: 0,
    facts: Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, { value, source: "atelier-amt", at: 0 }]),
    ),
    problems: [],
    sources: { "atelier-amt": { health: "ok", seenAt: 0, error: null } },
  };
}

/** A context for one run of an action, and what it said and did. */
export function actionContext(id: string, signal: AbortSignal = new AbortController().signal) {
  const trail = { committed: 0, progress: [] as string[] };
  const context: ActionContext = {
    resource: resource(id),
    signal,
    progress: (words) => void trail.progress.push(words.en),
    output: () => undefined,
    committed() {
      trail.committed += 1;
    },
  };
  return { context, trail };
}
