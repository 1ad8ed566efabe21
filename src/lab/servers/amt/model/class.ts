import type { Machine } from "../../../world/machine.ts";
import type { Management, RedirectionKind } from "../../../world/management.ts";
import type { World } from "../../../world/world.ts";
import { child, type Element } from "../wsman/element.ts";
import { WsmanFault } from "../wsman/fault.ts";
import { uriOf } from "../wsman/names.ts";
import type { Properties } from "../wsman/reply.ts";

/** The machine that an engine manages, as the classes of its model see it. */
export interface Subject {
  world: World;
  machine: Machine;
  management: Management;
  /** Digits that nobody can guess. */
  newCode(): string;
  /** Tells the redirection that its settings have changed. */
  settingsChanged(): void;
  /** Ends a redirection session that is open. */
  endSession(kind: RedirectionKind): void;
}

/** What a method gives: its return value and whatever else. */
export type Outcome = number | { returnValue: number; outputs: Properties };

/** A class of the model: what instances there are now, and what may be done to them. */
export interface ManagedClass {
  instances(subject: Subject): Properties[];
  /** Changes the instance; the properties that it has afterwards are read anew. */
  put?(subject: Subject, given: Given): void;
  methods?: Readonly<Record<string, (subject: Subject, input: Given) => Outcome>>;
}

/** Return values of AMT's methods (PT_STATUS). */
export const status = {
  success: 0,
  notReady: 2,
  blocked: 3,
  notPermitted: 16,
  invalidParameter: 36,
  wrongConsentCode: 2066,
} as const;

/** The properties or parameters that a console gives. */
export class Given {
  private readonly element: Element | null;
  private readonly space: string;

  constructor(className: string, element: Element | null) {
    this.element = element;
    this.space = uriOf(className);
  }

  /** The names that were given, in their order. */
  names(): string[] {
    return (this.element?.children ?? []).filter((each) => each.space === this.space).map(({ name }) => name);
  }

  /** The element of that name, if it was given. */
  find(name: string): Element | null {
    return child(this.element, this.space, name);
  }

  all(name: string): string[] {
    const found = this.element?.children.filter((each) => each.space === this.space && each.name === name);
    return (found ?? []).map((each) => each.text.trim());
  }

  /** A whole number, or null when it was not given. Throws WsmanFault when it is none. */
  number(name: string): number | null {
    const words = this.find(name)?.text.trim();
    if (words === undefined) return null;
    if (!/^\d{1,10}$/.test(words)) throw new WsmanFault("wrong-values");
    return Number(words);
  }

  /** A truth value, or null when it was not given. Throws WsmanFault when it is none. */
  truth(name: string): boolean | null {
    const words = this.find(name)?.text.trim();
    if (words === undefined) return null;
    if (!/^(true|false|1|0)$/.test(words)) throw new WsmanFault("wrong-values");
    return words === "true" || words === "1";
  }
}
