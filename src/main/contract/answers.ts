import { implement, ORPCError } from "@orpc/server";
import { onlyReads } from "../../shared/call-effects.ts";
import { contract } from "../../shared/contract.ts";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { Door, Visitor } from "../people/door.ts";
import type { LiveContext } from "./live.ts";

/**
 * The contract, ready to be answered. Whatever a procedure throws leaves as the plain form of an OpsError: no
 * stack, no cause. What was not foreseen is told to `report` and crosses as `general.unexpected`. `door` judges who may ask.
 */
export function answers(report: (error: OpsError) => void, door?: Pick<Door, "enter" | "shown">) {
  return implement(contract)
    .$context<LiveContext>()
    .use(async ({ next, path, context }, input) => {
      try {
        if (context.looksOnly && !onlyReads(path)) throw looksOnly();
        const visitor: Visitor = { seat: seatOf(context), looksOnly: context.looksOnly === true };
        const answered = await (door ? door.enter(visitor, path, input, async () => next()) : next());
        const { output } = answered;
        if (!isLive(output)) return answered;
        const shown = door ? () => door.shown(visitor, path) : async () => {};
        return { ...answered, output: told(output, shown, report) };
      } catch (thrown) {
        throw wireOf(thrown, report);
      }
    });
}

/** A live query answers with what it will push; what fails while it does is told as any other failure. */
async function* told(
  pushed: AsyncIterable<unknown>,
  shown: () => Promise<void>,
  report: (error: OpsError) => void,
) {
  try {
    for await (const one of pushed) {
      await shown();
      yield one;
    }
  } catch (thrown) {
    throw wireOf(thrown, report);
  }
}

/** The seat of the one window of the desktop. */
export const windowSeat = "window";

/** The name of the window that a call comes from. */
export function seatOf(context: LiveContext): string {
  return context.seat ?? windowSeat;
}

function isLive(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === "object" && output !== null && Symbol.asyncIterator in output;
}

function wireOf(thrown: unknown, report: (error: OpsError) => void): unknown {
  if (thrown instanceof ORPCError) return thrown;
  const error = toOpsError(thrown, "console");
  if (!(thrown instanceof OpsError)) report(error);
  return new ORPCError("OPS", { message: error.message, data: error.toWire() });
}

function looksOnly(): OpsError {
  return new OpsError({
    code: "console.looks-only",
    system: "console",
    message: text(
      "This window may only look; nothing was done.",
      "Cette fenêtre ne peut que regarder ; rien n'a été fait.",
    ),
    hint: text(
      "Open the console with a link that may act, where that is wanted.",
      "Ouvrez la console avec un lien qui permet d'agir, si c'est voulu.",
    ),
  });
}
