import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The answers to what rules have found. */
export function ruleAnswers(
  answer: ReturnType<typeof answers>,
  { rules, about }: Pick<Services, "rules" | "about">,
) {
  return {
    watch: answer.rules.watch.handler(({ input, context, signal }) =>
      pushOnChange(
        (changed) => rules.onChange(changed),
        () => rules.frame(input),
        context,
        signal,
        () => false,
      ),
    ),
    mute: answer.rules.mute.handler(({ input }) => {
      rules.mute(input, about.actor);
      return { muted: true };
    }),
    unmute: answer.rules.unmute.handler(({ input }) => {
      rules.unmute(input.key);
      return { unmuted: true };
    }),
  };
}
