import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The answers to what clusters can bear; while somebody looks, their hosts are read more often. */
export function capacityAnswers(answer: ReturnType<typeof answers>, { capacity, fleet }: Services) {
  return {
    watch: answer.capacity.watch.handler(({ context, signal }) =>
      pushOnChange(
        (changed) => capacity.onChange(changed),
        () => {
          const view = capacity.view();
          fleet.lookAt(view.clusters.flatMap(({ hosts }) => hosts.slice(0, 1).map(({ id }) => id)));
          return view;
        },
        context,
        signal,
        Object.is,
      ),
    ),
    without: answer.capacity.without.handler(({ input }) => ({ losses: capacity.without(input.hosts) })),
  };
}
