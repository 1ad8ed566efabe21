import type { Task } from "../../shared/action.ts";
import { subjectOf } from "../../shared/call-subjects.ts";
import { OpsError } from "../../shared/errors.ts";
import type { InsideSubject } from "../../shared/inside.ts";
import type { Plan, PlannedAction } from "../../shared/plan.ts";
import type { PraRequest } from "../../shared/pra.ts";
import type { Resource } from "../../shared/resource.ts";
import type { RunState } from "../../shared/run.ts";
import { type LocalText, text } from "../../shared/text.ts";

export interface InsideParts {
  /** Why a system's resource, or the whole system, cannot be spoken to from here; null: it can, or that is not known. */
  outside(system: string, resource: string | null): LocalText | null;
  resource(id: string): Resource | null;
  /** The system that carries out an action; null: the console itself. */
  systemOf(action: string, resource: Resource): string | null;
  /** The system that has a part of a resource. */
  systemWith(resource: string, part: "logs" | "ports" | "manifests"): string | null;
  /** The systems that open consoles of a resource. */
  consolesOf(resource: string): readonly string[];
  /** What a task does, or each of a bulk; nothing where it is not known any more. */
  task(id: string): readonly Pick<Task, "action" | "resource">[];
  /** Throws OpsError `run.unknown`. */
  run(id: string): RunState;
  /** The plan that a mode of a PRA plan would be made into; null where none can be. */
  pra(wanted: PraRequest): Plan | null;
  /** Where a secret of the keychain is logged in with, and the system of each place where that is known. */
  secretUsers(name: string): readonly (readonly [system: string | null, target: string])[];
  /** What was judged last, another object each time; null where nothing is outside. */
  judgement(): object | null;
  onChange(listener: () => void): () => void;
}

/**
 * Whether this workstation stands where it must for what somebody is about to do: what is greyed on the screen and what is
 * refused when it is asked for are judged here, by the same words. What is not known is let through: whoever connects is
 * judged once more, before any credential is sent.
 */
export class InsideDesk {
  readonly #parts: InsideParts;
  /** What was found of modes by one judgement: a plan is not made anew for each look at its buttons. */
  readonly #modes = new Map<string, { by: object; reason: LocalText | null }>();

  constructor(parts: InsideParts) {
    this.#parts = parts;
  }

  /** Why it cannot be done from here; null: it can, or it is not known that it cannot. */
  reasonAgainst(subject: InsideSubject): LocalText | null {
    switch (subject.of) {
      case "system":
        return this.#parts.outside(subject.system, null);
      case "resource":
        return this.#ofAll([[this.#parts.resource(subject.resource)?.system ?? null, subject.resource]]);
      case "pra":
        return this.#ofMode(subject);
      case "secret": {
        const ways = this.#parts.secretUsers(subject.name);
        if (!subject.everywhere) return this.#ofAll(ways);
        return ways.map((way) => this.#ofAll([way])).find((reason) => reason !== null) ?? null;
      }
      case "console": {
        const { resource, system } = subject;
        const ways = system === undefined ? this.#parts.consolesOf(resource) : [system];
        return this.#ofAll(ways.map((each) => [each, resource]));
      }
      case "part":
        return this.#ofAll(subject.resources.map((id) => [this.#parts.systemWith(id, subject.part), id]));
      case "task":
        return this.#ofAll(this.#parts.task(subject.task).flatMap((one) => this.#wayOf(one)));
      case "steps":
        return this.#ofAny(subject.steps);
      case "run":
        return this.#ofAny(stepsOf(this.#parts.run(subject.run)));
    }
  }

  /** The same of a plan that is about to be begun. Throws OpsError `reach.outside`. */
  demandFor(plan: Plan): void {
    refuse(this.#ofAny(actionsIn(plan)));
  }

  /** Refuses a call that needs the inside, by its path in the contract and its input. Throws OpsError `reach.outside`. */
  demand(call: string, input: unknown): void {
    const subject = subjectOf(call, input);
    // What makes no sense is refused by whoever answers the call.
    if (subject?.of === "run" && !this.#knows(subject.run)) return;
    if (subject) refuse(this.reasonAgainst(subject));
  }

  onChange(listener: () => void): () => void {
    return this.#parts.onChange(listener);
  }

  #ofMode({ plan: id, direction, mode }: PraRequest): LocalText | null {
    const by = this.#parts.judgement();
    if (by === null) return null;
    const key = JSON.stringify([id, direction, mode]);
    const known = this.#modes.get(key);
    if (known?.by === by) return known.reason;
    const plan = this.#parts.pra({ plan: id, direction, mode });
    const reason = plan && this.#ofAny(actionsIn(plan));
    this.#modes.set(key, { by, reason });
    return reason;
  }

  #knows(run: string): boolean {
    try {
      return this.#parts.run(run).id === run;
    } catch {
      return false;
    }
  }

  /** The console's own work goes no way at all. */
  #wayOf({ action, resource: id }: Pick<Task, "action" | "resource">): [string | null, string][] {
    const resource = id === null ? null : this.#parts.resource(id);
    return resource ? [[this.#parts.systemOf(action, resource), resource.id]] : [];
  }

  #ofAll(ways: readonly (readonly [system: string | null, resource: string])[]): LocalText | null {
    let first: LocalText | null = null;
    for (const [system, id] of ways) {
      const reason = system === null ? null : this.#parts.outside(system, id);
      if (reason === null) return null;
      first ??= reason;
    }
    return first;
  }

  /** Of one step it names the resource; the same reason is looked for once for each system's resource. */
  #ofAny(steps: Iterable<{ action: string; resource: string }>): LocalText | null {
    const looked = new Set<string>();
    for (const { action, resource: id } of steps) {
      const resource = this.#parts.resource(id);
      const system = resource && this.#parts.systemOf(action, resource);
      if (!resource || !system || looked.has(`${system} ${id}`)) continue;
      looked.add(`${system} ${id}`);
      const reason = this.#parts.outside(system, id);
      if (reason) return text(`${resource.name}: ${reason.en}`, `${resource.name} : ${reason.fr}`);
    }
    return null;
  }
}

/** What a run still does; one that is rolled back does what makes up for what was done. */
function* stepsOf({ plan, steps, rollingBack }: RunState): Iterable<{ action: string; resource: string }> {
  const over = new Set(
    steps
      .filter(({ state }) => state === "verified" || state === "skipped" || state === "compensated")
      .map(({ node }) => node),
  );
  for (const node of plan.nodes) {
    if (node.kind !== "action") continue;
    if (!over.has(node.id)) yield asked(node.action);
    else if (rollingBack)
      yield asked(node.compensate?.kind === "action" ? node.compensate.action : node.action);
  }
}

function actionsIn({ nodes }: Plan): { action: string; resource: string }[] {
  return nodes.flatMap((node) => (node.kind === "action" ? [asked(node.action)] : []));
}

function asked({ id, target }: PlannedAction): { action: string; resource: string } {
  return { action: id, resource: target.id };
}

function refuse(reason: LocalText | null): void {
  if (reason !== null) throw outsideFault(reason);
}

/** It needs the inside, and this workstation is outside for that reason. */
export function outsideFault(reason: LocalText): OpsError {
  return new OpsError({
    code: "reach.outside",
    system: "reach",
    message: reason,
    hint: text(
      "Nothing was sent; join the right network or VPN, or have the allowlist corrected.",
      "Rien n'a été envoyé ; rejoignez le bon réseau ou VPN, ou faites corriger la liste autorisée.",
    ),
  });
}
