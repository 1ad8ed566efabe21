import { setTimeout as sleep } from "node:timers/promises";
import type { OpsError } from "../../../../shared/errors.ts";
import type { Declaration, Observation, ObservationSink, Resource } from "../../../../shared/resource.ts";
import type { ProxmoxSystemConfig } from "../../../../shared/systems/proxmox.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { System } from "../../system.ts";
import { createProxmoxSystem } from "../index.ts";
import { configOn, dialLoopback } from "./opened-client.ts";
import { sampleTime } from "./sample-cluster.ts";

/** A system on nodes at loopback ports, and all that it has told. */
export class OpenedProxmox {
  readonly system: System;
  readonly declared = new Map<string, Declaration>();
  readonly observed = new Map<string, Observation>();
  secret = "secret";
  /** Secrets by their reference; all others are `secret`. */
  readonly secrets = new Map<string, string>();
  /** Why no secret can be had; null when they can. */
  secretFault: OpsError | null = null;
  /** Epoch milliseconds. */
  now = sampleTime * 1000;

  /** Adds what it waits to its clock, of which it really waits `pause` milliseconds at most. */
  constructor(ports: readonly number[], config: Partial<ProxmoxSystemConfig> = {}, pause = 5) {
    this.system = createProxmoxSystem(
      configOn(ports, config),
      {
        id: "forge",
        reach: { dial: dialLoopback } as never,
        secrets: {
          resolve: async (reference: string) => {
            if (this.secretFault) throw this.secretFault;
            return { reveal: () => this.secrets.get(reference) ?? this.secret };
          },
        },
        questions: {} as never,
        now: () => this.now,
      },
      async (milliseconds, signal) => {
        await sleep(Math.min(milliseconds, pause), undefined, { signal });
        this.now += milliseconds;
      },
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
      for (const each of observations) this.observed.set(each.resource, each);
    },
  };

  observe(resources?: string[]): Promise<void> {
    return this.system.observe(this.sink, AbortSignal.timeout(30_000), resources);
  }

  /** The resource as the inventory would hold it. */
  resource(id: string): Resource {
    const found = this.declared.get(id);
    if (!found) throw new Error(`no ${id} among ${[...this.declared.keys()].join(" ")}`);
    const seen = this.observed.get(id);
    const read = seen && !("error" in seen) ? seen : null;
    return {
      ...found,
      health: read?.health ?? "unknown",
      stale: false,
      seenAt: read?.at ?? null,
      facts: Object.fromEntries(
        Object.entries(read?.facts ?? {}).map(([key, value]) => [
          key,
          { value, source: "forge", at: read?.readAt?.[key] ?? read?.at ?? 0 },
        ]),
      ),
      problems: read?.problems ?? [],
      sources: {},
    };
  }

  facts(id: string): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(this.resource(id).facts).map(([key, { value }]) => [key, value]),
    );
  }

  /** The codes of what is wrong with it, without the `proxmox.` before them. */
  problems(id: string): string[] {
    return this.resource(id).problems.map(({ code }) => code.replace(/^proxmox\./, ""));
  }

  /** The code of the error that it was told with; null when it could be read. */
  error(id: string): string | null {
    const seen = this.observed.get(id);
    return seen && "error" in seen ? seen.error.code : null;
  }

  action(id: string): Action {
    const found = this.system.actions.find((each) => each.id === id);
    if (!found) throw new Error(`no action ${id}`);
    return found;
  }

  /** What an action is handed on a resource. */
  contextOf(resource: string, more: Partial<ActionContext> = {}): ActionContext {
    return {
      resource: this.resource(resource),
      signal: AbortSignal.timeout(30_000),
      progress: () => undefined,
      output: () => undefined,
      committed: () => undefined,
      ...more,
    };
  }

  /** Runs an action as the runner does, up to its proof. */
  async run(
    id: string,
    resource: string,
    given: Record<string, unknown> = {},
    more: Partial<ActionContext> = {},
  ) {
    const action = this.action(id);
    const input = action.input.parse(given);
    let committed = 0;
    const said: string[] = [];
    const context = this.contextOf(resource, {
      committed: () => {
        committed += 1;
      },
      output: (_stream, words) => said.push(words),
      ...more,
    });
    const probe = await action.probe(context, input);
    const lines = () => said.join("");
    if (probe.state !== "needed") return { context, input, probe, committed, lines, verification: null };
    const applied = await action.apply(context, input, probe);
    const verification = await action.verify(context, input, probe, applied);
    return { context, input, probe, committed, lines, applied, verification };
  }

  close(): Promise<void> {
    return this.system.close();
  }
}
