import { connect } from "node:net";
import type { Declaration, FactValue, Observation, Resource } from "../../../../shared/resource.ts";
import { swiftSystemSchema } from "../../../../shared/systems/swift.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import type { System } from "../../system.ts";
import { swiftSystem } from "../index.ts";

/** A swift system on whatever listens at loopback ports, and what it told of its resources. */
export class OpenedSwift {
  readonly system: System;
  readonly declared = new Map<string, Declaration>();
  readonly seen = new Map<string, Observation>();
  now: () => number = Date.now;
  secrets: Record<string, string> = {};

  /** `config` as the estate has it, without `type`. */
  constructor(config: object) {
    this.system = swiftSystem.create(swiftSystemSchema.parse({ type: "swift", ...config }), {
      id: "objects",
      reach: {
        dial: async ({ address, port }: { address: string; port: number }) => connect(port, address),
      } as unknown as Parameters<typeof swiftSystem.create>[1]["reach"],
      secrets: { resolve: async (reference) => ({ reveal: () => this.secrets[reference] ?? reference }) },
      questions: { ask: async () => null, interactive: () => false } as unknown as Parameters<
        typeof swiftSystem.create
      >[1]["questions"],
      now: () => this.now(),
    });
  }

  async observe(): Promise<void> {
    this.#declare(this.system.declarations());
    await this.system.observe(
      {
        declare: (_system, declarations) => this.#declare(declarations),
        redeclare: () => {},
        observe: (observations) => {
          for (const each of observations) this.seen.set(each.resource, each);
        },
      },
      new AbortController().signal,
    );
  }

  facts(id: string): Record<string, FactValue> {
    const seen = this.seen.get(id);
    return seen && "facts" in seen ? seen.facts : {};
  }

  problems(id: string): string[] {
    const seen = this.seen.get(id);
    return seen && "problems" in seen ? seen.problems.map(({ code }) => code) : [];
  }

  error(id: string): string | null {
    const seen = this.seen.get(id);
    return seen && "error" in seen ? seen.error.code : null;
  }

  /** The verbs of an action on one of its resources. */
  action(id: string, resource: string, input: object) {
    const action = this.system.actions.find((each) => each.id === id) as Action | undefined;
    if (!action) throw new Error(`there is no action ${id}`);
    const wanted = action.input.parse(input);
    const context = contextOf(resource);
    return {
      action,
      context,
      probe: () => action.probe(context, wanted),
      /** Probe, apply and verify, as the runner does. */
      async run() {
        const probe = await action.probe(context, wanted);
        const applied = await action.apply(context, wanted, probe);
        const verified = await action.verify(context, wanted, probe, applied);
        return {
          probe,
          applied,
          verified,
          settle: () => action.settle(context, wanted, probe),
          undo: () => action.undo?.(context, wanted, probe),
        };
      },
    };
  }

  #declare(declarations: readonly Declaration[]): void {
    this.declared.clear();
    for (const each of declarations) this.declared.set(each.id, each);
  }
}

/** A context for one run of an action on a replication; `commits` counts what was sent. */
export function contextOf(id: string): ActionContext & { commits: number } {
  const resource: Resource = {
    id,
    kind: "replication",
    name: id,
    system: "objects",
    parent: null,
    site: null,
    environment: null,
    health: "ok",
    stale: false,
    seenAt: 0,
    facts: {},
    problems: [],
    sources: {},
  };
  const context = {
    resource,
    signal: new AbortController().signal,
    progress: () => {},
    output: () => {},
    commits: 0,
    committed: () => {
      context.commits += 1;
    },
  };
  return context;
}
