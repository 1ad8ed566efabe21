import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/**
 * Reports changes of the drain of a resource, also while no system has declared it yet, and once another system has.
 * The returned function ends it.
 */
export function followDrain(
  fleet: { drains(resource: string): { onChange(listener: () => void): () => void } | null },
  inventory: Pick<Services["inventory"], "onChange">,
  resource: string,
): (changed: () => void) => () => void {
  return (changed) => {
    let followed = fleet.drains(resource);
    let end = followed?.onChange(changed);
    const endInventory = inventory.onChange(() => {
      const now = fleet.drains(resource);
      if (now === followed) return;
      end?.();
      followed = now;
      end = followed?.onChange(changed);
      changed();
    });
    return () => {
      endInventory();
      end?.();
    };
  };
}

/** The part of the contract that is about drains under way. */
export function drainAnswers(answer: ReturnType<typeof answers>, { fleet, inventory, journal }: Services) {
  return {
    watch: answer.drains.watch.handler(({ input, context, signal }) =>
      pushOnChange(
        followDrain(fleet, inventory, input.id),
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
