import { connect } from "node:net";
import type { Declaration, FactValue, Observation, Resource } from "../../../../shared/resource.ts";
import { vaultSystemSchema } from "../../../../shared/systems/vault.ts";
import type { Action, ActionContext } from "../../../actions/action.ts";
import { workstationClock } from "../../../vault/clock.ts";
import { VaultDesk } from "../../../vault/desk.ts";
import type { System } from "../../system.ts";
import { vaultSystem } from "../index.ts";

type Context = Parameters<typeof vaultSystem.create>[1];

/** A vault system of one console on nodes at loopback ports, what it told of its resources, and what it was asked. */
export class OpenedVault {
  readonly system: System;
  readonly declared = new Map<string, Declaration>();
  readonly seen = new Map<string, Observation>();
  readonly journalled: unknown[] = [];
  /** What people answer to the next questions, and what they were asked. */
  readonly answers: string[] = [];
  readonly asked: unknown[] = [];
  /** Where relative paths of the estate start. */
  folder = process.cwd();

  /** `config` as the estate has it, without `type`; the token is that of `secrets`. */
  constructor(
    urls: Record<string, string>,
    token: string,
    config: object,
    now: () => number,
    keys?: Context["keys"],
  ) {
    const dial = async ({ address, port }: { address: string; port: number }) => connect(port, address);
    const secrets = { resolve: async () => ({ reveal: () => token }) } as unknown as Context["secrets"];
    const questions = {
      interactive: true,
      ask: async (question: unknown) => {
        this.asked.push(question);
        return [this.answers.shift() ?? ""];
      },
    } as unknown as Context["questions"];
    const desk = new VaultDesk({
      dial: dial as unknown as ConstructorParameters<typeof VaultDesk>[0]["dial"],
      secrets,
      questions,
      journal: { write: (event: unknown) => void this.journalled.push(event) } as never,
      clock: workstationClock(now),
      folder: () => process.cwd(),
      conceal: () => undefined,
    });
    const nodes = Object.fromEntries(Object.entries(urls).map(([node, url]) => [node, { url }]));
    this.system = vaultSystem.create(
      vaultSystemSchema.parse({ type: "vault", nodes, login: { token: "keychain:vault" }, ...config }),
      {
        id: "vault",
        reach: { dial } as unknown as Context["reach"],
        secrets,
        questions,
        vaults: desk,
        ...(keys && { keys }),
        estateFolder: () => this.folder,
        now,
      },
    );
  }

  async observe(): Promise<void> {
    this.#declare(this.system.declarations());
    await this.system.observe(
      {
        declare: (_system, declarations) => this.#declare(declarations),
        redeclare: () => undefined,
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

  /** Probe, apply unless there is nothing to do, and verify, as the runner does. */
  async run(id: string, resource: string, input: object = {}) {
    const action = this.action(id);
    const context = this.context(resource);
    const wanted = action.input.parse(input) as Record<string, unknown>;
    const probe = await action.probe(context, wanted);
    if (probe.state !== "needed") return { probe, applied: null, verified: null, action, context, wanted };
    const applied = await action.apply(context, wanted, probe);
    const verified = await action.verify(context, wanted, probe, applied);
    return { probe, applied, verified, action, context, wanted };
  }

  action(id: string): Action {
    const found = this.system.actions.find((each) => each.id === id);
    if (!found) throw new Error(`there is no action ${id}`);
    return found;
  }

  context(id: string): ActionContext {
    return {
      resource: { ...this.declared.get(id), id, facts: {} } as unknown as Resource,
      signal: new AbortController().signal,
      progress: () => undefined,
      output: () => undefined,
      committed: () => undefined,
    };
  }

  #declare(declarations: readonly Declaration[]): void {
    for (const each of declarations) this.declared.set(each.id, each);
  }
}
