import { isDeepStrictEqual } from "node:util";
import { comparePassages } from "../pra/compare.ts";
import { runJournal } from "../procedures/report/earlier-runs.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** Milliseconds that all probes of a rehearsal may take together. */
const rehearsalLimit = 600_000;

/** The part of the contract that is about PRA plans. */
export function praAnswers(
  answer: ReturnType<typeof answers>,
  { pra, copies, drills, journal, now }: Pick<Services, "pra" | "copies" | "drills" | "journal" | "now">,
) {
  const changes = (changed: () => void) => pra.onChange(changed);
  return {
    list: answer.pra.list.handler(({ context, signal }) =>
      pushOnChange(changes, () => ({ plans: pra.list() }), context, signal),
    ),
    watch: answer.pra.watch.handler(({ input, context, signal }) =>
      pushOnChange(changes, () => pra.view(input.id), context, signal),
    ),
    evaluate: answer.pra.evaluate.handler(({ input }) => {
      pra.evaluate(input.plan);
      return { asked: true };
    }),
    prepare: answer.pra.prepare.handler(({ input }) => pra.prepare(input)),
    start: answer.pra.start.handler(async ({ input }) => ({ run: await pra.begin(input) })),
    rehearse: answer.pra.rehearse.handler(async ({ input, signal }) => {
      const limit = AbortSignal.timeout(rehearsalLimit);
      const ending = signal ? AbortSignal.any([signal, limit]) : limit;
      return { rehearsal: await pra.rehearse(input.plan, input.direction, ending, input.way) };
    }),
    compare: answer.pra.compare.handler(({ input }) =>
      comparePassages(runJournal(journal), input.one, input.other, now()),
    ),
    drill: answer.pra.drill.handler(async ({ input }) => ({ drill: await drills.start(input) })),
    drills: answer.pra.drills.handler(({ context, signal }) =>
      pushOnChange(
        (changed) => drills.onChange(changed),
        () => ({ drills: drills.list() }),
        context,
        signal,
      ),
    ),
    copy: answer.pra.copy.handler(async ({ input: { anonymous }, signal }) => {
      const copy = await copies.make({ anonymous, ...(signal && { signal }) });
      const name = anonymous ? "anonymous-copy.json" : "copy.json";
      return { name, content: `${JSON.stringify(copy, null, 2)}\n` };
    }),
    drillLink: answer.pra.drillLink.handler(async ({ input }) => ({ link: await drills.enter(input.id) })),
    endDrill: answer.pra.endDrill.handler(async ({ input }) => {
      await drills.end(input.id);
      return { ended: true };
    }),
    run: answer.pra.run.handler(({ input, context, signal }) =>
      pushOnChange(
        changes,
        () => ({ view: pra.runView(input.id), now: now() }),
        context,
        signal,
        // Time alone is no news.
        (last, next) => isDeepStrictEqual(last.view, next.view),
      ),
    ),
  };
}
