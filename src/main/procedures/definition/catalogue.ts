import type { z } from "zod";
import type { EffectClass } from "../../../shared/action.ts";
import type { ResourceKind } from "../../../shared/resource.ts";

/** What a procedure must know of an action to be checked before there is a resource to run it on. */
export interface KnownAction {
  readonly id: string;
  readonly kinds: readonly ResourceKind[];
  readonly effect: EffectClass;
  readonly input: z.ZodType;
  /** Called for nothing but whether there is one. */
  readonly undo?: unknown;
}

/** The actions of an estate's systems, by identifier. */
export type ActionCatalogue = ReadonlyMap<string, KnownAction>;

/**
 * A catalogue of actions; of two with one identifier (two systems of one type) the first stands for both, on the kinds that
 * either can be done on: which these are may be a matter of its system's config.
 */
export function catalogueOf(actions: Iterable<KnownAction>): ActionCatalogue {
  const catalogue = new Map<string, KnownAction>();
  for (const action of actions) {
    const { id, effect, input, undo } = catalogue.get(action.id) ?? action;
    const kinds = new Set([...(catalogue.get(id)?.kinds ?? []), ...action.kinds]);
    catalogue.set(id, { id, effect, input, undo, kinds: [...kinds] });
  }
  return catalogue;
}

/** The resources that an estate declares, each with its kinds (one for each system that declares it). */
export interface DeclaredResources {
  readonly kinds: ReadonlyMap<string, readonly ResourceKind[]>;
  /** Whether a system may still find a resource of this identifier once it is reached. */
  mayBeFound(id: string): boolean;
}
