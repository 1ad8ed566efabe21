import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about drains under way. */
export function drainAnswers(answer: ReturnType<typeof answers>, { fleet, journal }: Services) {
  return {
    watch: answer.drains.watch.handler(({ input, context, signal }) =>
      pushOnChange(
        (changed) => fleet.drains(input.id)?.onChange(changed) ?? (() => undefined),
        () => ({ drain: fleet.drains(input.id)?.view(input.id) ?? null }),
        context,
        signal,
      ),
    ),
    wish: answer.drains.wish.handler(({ input }) => {
      // To pause or abort must be possible with a full disk too: what the drain does was journalled when it began.
      const heeded = fleet.drains(input.id)?.wish(input.id, input.wish) ?? false;
      if (heeded) {
        try {
          journal.write({ type: "drain.wish", subject: input.id, task: null, data: { wish: input.wish } });
        } catch {
          // The journal's own state shows it; that the wish is heeded stays true.
        }
      }
      return { heeded };
    }),
  };
}
