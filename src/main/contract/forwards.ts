import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about ports at this workstation that lead to those of resources. */
export function forwardAnswers(answer: ReturnType<typeof answers>, { forwards }: Services) {
  return {
    watch: answer.forwards.watch.handler(({ context, signal }) =>
      pushOnChange(
        (changed) => forwards.onChange(changed),
        () => ({ forwards: forwards.list() }),
        context,
        signal,
      ),
    ),
    offered: answer.forwards.offered.handler(async ({ input, signal }) => ({
      ports: await forwards.offered(input.id, signal),
    })),
    open: answer.forwards.open.handler(({ input, signal }) => forwards.open(input, signal)),
    close: answer.forwards.close.handler(async ({ input }) => ({ closed: await forwards.end(input.id) })),
  };
}
