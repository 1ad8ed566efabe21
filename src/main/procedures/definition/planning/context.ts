import type { Bindings } from "./parts.ts";

/** A step whose outcome is named: its node in the plan, or the fact that it was left out of it. */
export type OutcomeOf = { leftOut: true } | { leftOut: false; node: string };

/** Where in the plan steps are put, and what names mean there. */
export class Context {
  /** The procedure that the steps are written in. */
  readonly procedure: string;
  /** What the identifiers of nodes, and of steps without items, begin with: `round[tower-a]/`, `round/`. */
  readonly nodePrefix: string;
  readonly stepPrefix: string;
  readonly parent: string | null;
  readonly item: string | null;
  /** Of the step that these steps are in; they have the same where they say nothing else. */
  readonly phase: string | undefined;
  readonly application: string | undefined;
  readonly bindings: Bindings;
  readonly outcomes: ReadonlyMap<string, OutcomeOf>;

  constructor(
    parts: Pick<
      Context,
      "procedure" | "nodePrefix" | "stepPrefix" | "parent" | "item" | "bindings" | "outcomes"
    > &
      Partial<Pick<Context, "phase" | "application">>,
  ) {
    this.procedure = parts.procedure;
    this.nodePrefix = parts.nodePrefix;
    this.stepPrefix = parts.stepPrefix;
    this.parent = parts.parent;
    this.item = parts.item;
    this.phase = parts.phase;
    this.application = parts.application;
    this.bindings = parts.bindings;
    this.outcomes = parts.outcomes;
  }

  /**
   * What a name stands for in words and conditions: a value, a step whose outcome is meant, or undefined for what is
   * neither. Durations are milliseconds.
   */
  lookUp(path: readonly string[]): string | number | boolean | OutcomeOf | undefined {
    const [first = "", member] = path;
    if (first === "steps") return this.outcomes.get(member ?? "");
    const bound = Object.hasOwn(this.bindings, first) ? this.bindings[first] : undefined;
    if (bound?.kind === "value") return bound.value;
    if (bound?.kind === "duration") return bound.milliseconds;
    if (bound?.kind !== "resource") return undefined;
    return member === "id" ? bound.id : member === "name" ? bound.name : undefined;
  }
}
