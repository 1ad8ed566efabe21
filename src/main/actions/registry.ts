import type { ActionOffer, InputField } from "../../shared/action.ts";
import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Action } from "./action.ts";

/**
 * Every action that the configured systems have. Two systems of one type bring the same action twice, each for its
 * own resources, so an action is found by its identifier and the resource.
 */
export class ActionRegistry {
  /** Each with the system that it is of; null: the console's own. */
  readonly #actions = new Map<Action, string | null>();

  /** Adds actions of a system, or the console's own, until the returned function is called (their system was closed). */
  register(actions: readonly Action[], system: string | null = null): () => void {
    for (const action of actions) this.#actions.set(action, system);
    return () => {
      for (const action of actions) this.#actions.delete(action);
    };
  }

  /** Every action of every system. */
  all(): readonly Action[] {
    return [...this.#actions.keys()];
  }

  /** Whether any system has an action of this identifier. */
  knows(id: string): boolean {
    return this.all().some((action) => action.id === id);
  }

  /** The action of this identifier that the resource has, null when it has none. */
  find(id: string, resource: Resource): Action | null {
    for (const action of this.#actions.keys()) if (action.id === id && has(action, resource)) return action;
    return null;
  }

  /** The system that carries out an action on a resource; null: the console itself, or nobody. */
  systemOf(id: string, resource: Resource): string | null {
    const action = this.find(id, resource);
    return (action && this.#actions.get(action)) ?? null;
  }

  /**
   * What is offered on one resource, or on all of several: then only what may be run in bulk, and greyed only when
   * it can work on none of them. `obstacle` says what stands in the way of a system's resource, whatever the action.
   */
  offers(
    resources: readonly Resource[],
    obstacle: (system: string, resource: Resource) => LocalText | null = () => null,
  ): ActionOffer[] {
    const [first, ...others] = resources;
    if (first === undefined) return [];
    const seen = new Set<string>();
    const reasonAgainst = (action: Action, resource: Resource): LocalText | null => {
      const system = this.#actions.get(action) ?? null;
      const inTheWay = system === null ? null : obstacle(system, resource);
      return inTheWay ?? action.unavailable?.(resource) ?? action.idle?.(resource) ?? null;
    };
    return this.all().flatMap((action) => {
      if (seen.has(action.id) || !has(action, first)) return [];
      seen.add(action.id);
      const reasons = [reasonAgainst(action, first)];
      for (const other of others) {
        const theirs = this.find(action.id, other);
        if (theirs === null || !theirs.bulk || !action.bulk) return [];
        reasons.push(reasonAgainst(theirs, other));
      }
      const fields = others.length === 0 ? (action.fieldsFor?.(first) ?? action.fields) : action.fields;
      return [offer(action, fields, summary(reasons))];
    });
  }
}

function has(action: Action, resource: Resource): boolean {
  return action.kinds.includes(resource.kind) && action.appliesTo(resource);
}

function summary(reasons: (LocalText | null)[]): LocalText | null {
  const [first] = reasons;
  if (first === undefined || reasons.includes(null)) return null;
  if (first === null || reasons.length === 1) return first;
  return text(
    `Possible on none of the ${reasons.length}: ${first.en}`,
    `Impossible sur les ${reasons.length} : ${first.fr}`,
  );
}

function offer(action: Action, fields: readonly InputField[], unavailable: LocalText | null): ActionOffer {
  const { id, title, verb, risk, effect, bulk } = action;
  return { id, title, verb, risk, effect, fields: [...fields], bulk, unavailable };
}
