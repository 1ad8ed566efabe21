import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { usualCapacityRules } from "../../../../shared/estate-capacity.ts";
import type { Declaration, Observation, ObservationSink, Resource } from "../../../../shared/resource.ts";
import { vsphereSystemSchema } from "../../../../shared/systems/vsphere.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { System } from "../../system.ts";
import { createVsphereSystem } from "../index.ts";

/** A system on a vCenter at a loopback port, and all that it has told. */
export class OpenedVsphere {
  readonly system: System;
  readonly declared = new Map<string, Declaration>();
  readonly observed = new Map<string, Observation>();
  /** How often a resource was told to be in error. */
  errors = 0;
  password = "pass";
  /** What the hosts of every environment keep to. */
  capacity = usualCapacityRules;

  /** `pause`: the most milliseconds that it waits between two questions. */
  constructor(port: number, config: object, { pause = Number.POSITIVE_INFINITY } = {}) {
    this.system = createVsphereSystem(
      vsphereSystemSchema.parse({
        type: "vsphere",
        address: "127.0.0.1",
        port,
        user: "admin",
        password: "keychain:vcenter",
        site: "atelier",
        ...config,
      }),
      {
        id: "vc",
        reach: { dial: dialLoopback } as never,
        secrets: { resolve: async () => ({ reveal: () => this.password }) },
        questions: {} as never,
        now: Date.now,
        capacityRules: () => this.capacity,
      },
      (milliseconds, signal) => sleep(Math.min(milliseconds, pause), undefined, { signal }),
    );
    for (const each of this.system.declarations()) this.declared.set(each.id, each);
  }

  readonly sink: ObservationSink = {
    declare: () => {
      throw new Error("everything is declared by its changes");
    },
    redeclare: (_system, { added, removed }) => {
      for (const each of added) this.declared.set(each.id, each);
      for (const id of removed) {
        this.declared.delete(id);
        this.observed.delete(id);
      }
    },
    observe: (observations) => {
      for (const each of observations) {
        if ("error" in each) this.errors += 1;
        this.observed.set(each.resource, each);
      }
    },
  };

  observe(resources?: string[]): Promise<void> {
    return this.system.observe(this.sink, AbortSignal.timeout(30_000), resources);
  }

  /** Waits until something holds, looking every few milliseconds, for fifteen seconds at most. */
  async until(holds: () => boolean): Promise<void> {
    const end = Date.now() + 15_000;
    while (!holds()) {
      if (Date.now() > end) throw new Error("waited in vain");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The resource of that kind and name, as the inventory would hold it. */
  resource(kind: Resource["kind"], name: string): Resource {
    const found = [...this.declared.values()].find((each) => each.kind === kind && each.name === name);
    if (!found) throw new Error(`no ${kind} ${name}`);
    const seen = this.observed.get(found.id);
    const facts = seen && !("error" in seen) ? seen.facts : {};
    return {
      ...found,
      health: seen && !("error" in seen) ? seen.health : "unknown",
      stale: false,
      seenAt: seen?.at ?? null,
      facts: Object.fromEntries(
        Object.entries(facts).map(([key, value]) => [key, { value, source: "vc", at: seen?.at ?? 0 }]),
      ),
      problems: seen && !("error" in seen) ? seen.problems : [],
      sources: {},
    };
  }

  fact(kind: Resource["kind"], name: string, key: string): unknown {
    return this.resource(kind, name).facts[key]?.value ?? null;
  }

  action(id: string): Action {
    const found = this.system.actions.find((each) => each.id === id);
    if (!found) throw new Error(`no action ${id}`);
    return found;
  }

  /** What an action is handed: on the resource of that name, a VM where none is known. */
  contextOf(name: string, committed: () => void = () => undefined): ActionContext {
    const found = [...this.declared.values()].find((each) => each.name === name);
    return {
      resource: this.resource(found?.kind ?? "vm", name),
      signal: AbortSignal.timeout(30_000),
      progress: () => undefined,
      output: () => undefined,
      committed,
    };
  }

  /** Runs an action as the runner does, up to its proof. */
  async run(id: string, name: string, input: Record<string, unknown> = {}) {
    const chosen = this.action(id);
    const parsed = chosen.input.parse(input);
    let committed = 0;
    const context = this.contextOf(name, () => {
      committed += 1;
    });
    const probe = await chosen.probe(context, parsed);
    if (probe.state !== "needed") return { context, parsed, probe, committed, verification: null };
    const applied = await chosen.apply(context, parsed, probe);
    return {
      context,
      parsed,
      probe,
      committed,
      verification: await chosen.verify(context, parsed, probe, applied),
    };
  }
}

async function dialLoopback(place: { address: string; port: number }): Promise<Duplex> {
  const socket = connect({ host: place.address, port: place.port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return socket;
}
