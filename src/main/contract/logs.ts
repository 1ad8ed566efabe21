import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about logs. */
export function logAnswers(answer: ReturnType<typeof answers>, { logs }: Services) {
  return {
    open: answer.logs.open.handler(async ({ input, signal }) => ({ log: await logs.open(input, signal) })),
    watch: answer.logs.watch.handler(async function* ({ input, context, signal }) {
      const view = logs.view(input);
      try {
        yield* pushOnChange(
          (changed) => view.onChange(changed),
          () => view.frame(),
          context,
          signal,
        );
      } finally {
        view.close();
      }
    }),
    find: answer.logs.find.handler(async ({ input, signal }) => ({ line: await logs.find(input, signal) })),
    piece: answer.logs.piece.handler(({ input, signal }) =>
      logs.piece(input.log, input.only, input.offset, signal),
    ),
    close: answer.logs.close.handler(async ({ input }) => ({ closed: await logs.end(input.log) })),
  };
}
