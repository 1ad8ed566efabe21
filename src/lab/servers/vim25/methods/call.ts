import type { VirtualTask } from "../../../world/virtual/model.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import type { Tickets } from "../screens/tickets.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Element } from "../soap/element.ts";
import { element, link, type Reference } from "../soap/values.ts";

/** A method that is called by somebody who has logged in. */
export interface Call {
  center: VCenter;
  sessions: Sessions;
  session: Session;
  tickets: Tickets;
  on: Reference;
  arguments: Element;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** Throws VimFault `NotAuthenticated` once the session is no more. */
  check(): void;
}

/** Answers a call with its `returnval` elements. Throws VimFault. */
export type Method = (call: Call) => string | Promise<string>;

/** Methods by name, for one or more types of object. */
export type Methods = Readonly<Record<string, Method>>;

export const returns = (xml: string): string => `<returnval>${xml}</returnval>`;
/** The answer of a method that begins a task. */
export const returnsTask = (task: VirtualTask): string =>
  element("returnval", link({ type: "Task", id: task.key }));
export const returnsReference = (reference: Reference): string => element("returnval", link(reference));
