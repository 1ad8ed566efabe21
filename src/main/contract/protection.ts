import { protectionFrame, slotsIn } from "../protection/view.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The answers to how everything is backed up; what a window shows is read more often while somebody looks. */
export function protectionAnswers(
  answer: ReturnType<typeof answers>,
  { protection, fleet, now }: Pick<Services, "protection" | "fleet" | "now">,
) {
  const changes = (changed: () => void) => protection.onChange(changed);
  return {
    watch: answer.protection.watch.handler(({ input, context, signal }) =>
      pushOnChange(
        changes,
        () => protectionFrame(protection, input, now()),
        context,
        signal,
        () => false,
      ),
    ),
    of: answer.protection.of.handler(({ input, context, signal }) =>
      pushOnChange(
        changes,
        () => {
          fleet.lookAt([input.id]);
          return protection.detail(input.id);
        },
        context,
        signal,
      ),
    ),
    slots: answer.protection.slots.handler(({ input }) => slotsIn(protection, input)),
  };
}
