import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The answers to whom the provider lets in; lists are read more often while somebody looks. */
export function allowlistAnswers(
  answer: ReturnType<typeof answers>,
  { allowlists, fleet }: Pick<Services, "allowlists" | "fleet">,
) {
  return {
    watch: answer.allowlists.watch.handler(({ context, signal }) =>
      pushOnChange(
        (changed) => allowlists.onChange(changed),
        () => {
          const view = allowlists.view();
          fleet.lookAt(view.lists.map(({ id }) => id));
          return view;
        },
        context,
        signal,
      ),
    ),
  };
}
