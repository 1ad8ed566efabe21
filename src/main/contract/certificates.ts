import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The answers to what certificates there are; what a window shows is read more often while somebody looks. */
export function certificateAnswers(
  answer: ReturnType<typeof answers>,
  { certificates, fleet }: Pick<Services, "certificates" | "fleet">,
) {
  const changes = (changed: () => void) => certificates.onChange(changed);
  return {
    watch: answer.certificates.watch.handler(({ input, context, signal }) =>
      pushOnChange(
        changes,
        () => certificates.frame(input),
        context,
        signal,
        () => false,
      ),
    ),
    of: answer.certificates.of.handler(({ input, context, signal }) =>
      pushOnChange(
        changes,
        () => {
          fleet.lookAt([input.id]);
          return certificates.detail(input.id);
        },
        context,
        signal,
      ),
    ),
  };
}
