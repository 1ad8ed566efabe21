import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { EffectClass } from "../../../shared/action.ts";
import { OpsError } from "../../../shared/errors.ts";
import type { Resource } from "../../../shared/resource.ts";
import { sameText, text } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import type { FarSide } from "./far-side.ts";

const inputSchema = z.object({ mark: z.string(), fate: z.enum(["plain", "silent", "refuses"]) });
type Input = z.infer<typeof inputSchema>;

const needed = { state: "needed", text: sameText("needed"), observed: {} } as const;

/**
 * An action on the far side. Its probe always finds it needed, so that nothing but the engine keeps a `once` effect
 * from being sent twice; afterwards it can be found out in the far side's log, if that is not silent about it.
 */
export function farAction(id: string, effect: EffectClass, far: FarSide): Action<Input> {
  const happened = (mark: string) => far.count(mark) > far.count(mark, "undone");
  return {
    id,
    title: sameText("Do"),
    verb: sameText("Do"),
    risk: "disruptive",
    effect,
    kinds: ["host"],
    input: inputSchema,
    fields: [],
    bulk: false,
    appliesTo: () => true,
    describe: () => ({ steps: [], proof: sameText("it is in the log"), undo: null }),
    probe: async () => {
      await breath();
      return needed;
    },
    apply: async (context, { mark, fate }) => {
      await breath();
      if (fate === "refuses" && Math.random() < 0.3) throw refused();
      context.committed();
      await breath();
      far.do({ kind: "done", mark });
      await breath();
      return { data: {} };
    },
    verify: async (_context, { mark }) => {
      await breath();
      return { proven: happened(mark), text: sameText("read from the log"), data: {} };
    },
    settle: async (_context, { mark, fate }) => {
      const known = happened(mark) ? "happened" : "did-not-happen";
      return { effect: fate === "silent" ? "unknown" : known, text: sameText("read from the log"), data: {} };
    },
    undo: async (context, { mark }) => {
      await breath();
      context.committed();
      far.do({ kind: "undone", mark });
      return { proven: !happened(mark), text: sameText("read from the log"), data: {} };
    },
  };
}

/** A host of the far side, read a moment ago. */
export function farHost(id: string): Resource {
  return {
    id,
    kind: "host",
    name: id,
    system: "far",
    parent: null,
    site: null,
    environment: null,
    health: "ok",
    stale: false,
    seenAt: Date.now(),
    facts: {},
    problems: [],
    sources: {},
  };
}

/** A pause in which a kill may fall. */
function breath(): Promise<void> {
  return pause(Math.random() * 4, undefined);
}

function refused(): OpsError {
  return new OpsError({
    code: "far.refused",
    system: "far",
    message: text("The far side refused.", "L'autre côté a refusé."),
    hint: text("Try again.", "Réessayez."),
  });
}
