import { useCallback } from "react";
import type { InsideSubject } from "../../shared/inside.ts";
import type { Plan } from "../../shared/plan.ts";
import type { LocalText } from "../../shared/text.ts";
import type { Client } from "./client.ts";
import { useConsole } from "./console.tsx";
import { useLive } from "./live.ts";

/**
 * Why something cannot be done from where this workstation stands, as main judges it and as that changes; null: it can, or
 * it is not known that it cannot. Whatever could start something asks here, and nowhere else.
 */
export function useOutside(subject: InsideSubject): LocalText | null {
  return useStanding(subject).outside;
}

/** The same, and whether it was judged yet at all: a judgement that cannot be had counts as none that is against it. */
export function useStanding(subject: InsideSubject): { outside: LocalText | null; isKnown: boolean } {
  const words = JSON.stringify(subject);
  const open = useCallback(
    (client: Client, signal: AbortSignal) =>
      client.reach.outside(JSON.parse(words) as InsideSubject, { signal }),
    [words],
  );
  const { value, error } = useLive(open);
  return { outside: value?.outside ?? null, isKnown: value !== null || error !== null };
}

/** The actions of a plan, as what is about to be done. */
export function stepsOf({ nodes }: Plan): InsideSubject {
  const steps = nodes.flatMap((node) =>
    node.kind === "action" ? [{ action: node.action.id, resource: node.action.target.id }] : [],
  );
  return { of: "steps", steps };
}

/** Changes whenever what is offered may be greyed otherwise because this workstation stands elsewhere. */
export function useWhereabouts(): string {
  const outside = useConsole().status.value?.reach.outside ?? [];
  return outside.map(({ system, text }) => `${system} ${text.en}`).join("\n");
}
