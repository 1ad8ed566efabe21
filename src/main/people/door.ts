import { onlyReads } from "../../shared/call-effects.ts";
import type { Resource } from "../../shared/resource.ts";
import type { Role } from "../../shared/roles.ts";
import { needOf, whileLocked } from "./call-rights.ts";
import type { Caller, Callers } from "./caller.ts";
import * as faults from "./faults.ts";
import type { Passes } from "./passes.ts";
import type { Rights } from "./rights.ts";
import type { SignInDesk } from "./sign-in-desk.ts";

export interface DoorParts {
  signIn: SignInDesk;
  rights: Rights;
  callers: Callers;
  passes: Passes;
  resource(id: string): Pick<Resource, "site" | "environment"> | null;
  /** Refuses what this workstation stands in the wrong place for; nothing is when left out. */
  inside?: { demand(call: string, input: unknown): void };
}

/** Whose window a call comes from; `looksOnly` is somebody who was given no more than a look. */
export interface Visitor {
  seat: string;
  looksOnly: boolean;
}

/**
 * Every call of the contract goes through here: a locked window is answered nothing, what changes anything needs the right
 * to and the place to be done from, and what is done is done in the name of whoever is signed in at that window.
 */
export class Door {
  readonly #parts: DoorParts;

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** Throws OpsError `people.locked`, `people.sign-in-needed`, `people.no-right` or `reach.outside`; nothing is done then. */
  async enter<Result>(
    { seat, looksOnly }: Visitor,
    path: readonly string[],
    input: unknown,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { signIn, callers, passes } = this.#parts;
    const name = path.join(".");
    if (looksOnly) return work();
    if (signIn.isLocked(seat) && !whileLocked.has(name)) throw faults.windowLocked();
    const caller = signIn.callerAt(seat);
    if (onlyReads(path)) return callers.as(caller, work);
    signIn.active(seat);
    this.#demand(caller, name, input);
    this.#parts.inside?.demand(name, input);
    const result = await callers.as(caller, work);
    const pass = caller.person === null ? null : passes.of(caller.person);
    if (pass !== null && !quiet.test(name)) passes.used(pass.id, name, taskOf(result) ?? taskOf(input));
    return result;
  }

  /** Sees that whoever gives a command has a role somewhere. Throws OpsError `people.sign-in-needed` or `people.no-right`. */
  demand(role: Role): void {
    this.#parts.rights.demand(this.#parts.callers.current, role, "anywhere");
  }

  /** Resolves once a window may be shown what a live query of it says; at once where it is not locked. */
  async shown({ seat, looksOnly }: Visitor, path: readonly string[]): Promise<void> {
    const { signIn } = this.#parts;
    if (looksOnly || whileLocked.has(path.join("."))) return;
    while (signIn.isLocked(seat)) {
      await new Promise<void>((resolve) => {
        const end = signIn.onChange(() => {
          end();
          resolve();
        });
      });
    }
  }

  #demand(caller: Caller, name: string, input: unknown): void {
    const { rights, resource } = this.#parts;
    const need = needOf(name, input);
    if (need === null || !rights.inForce) return;
    const { role, at, orApprove } = need;
    if (orApprove && rights.judge(caller, "approve", "anywhere").allowed) return;
    if (at === "anywhere" || at === "everywhere") {
      rights.demand(caller, role, at);
      return;
    }
    // What nobody knows is nowhere that a role names.
    for (const id of at) rights.demand(caller, role, resource(id) ?? { site: null, environment: null });
  }
}

/** What of a person's own is no use of rights. */
const quiet = /^(people|approvals\.(sign|read))\b/;

/** The run or task that an answer or a question is about. */
function taskOf(words: unknown): string | null {
  if (typeof words !== "object" || words === null) return null;
  for (const key of ["run", "task", "id"] as const) {
    const value: unknown = key in words ? (words as Record<string, unknown>)[key] : undefined;
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
