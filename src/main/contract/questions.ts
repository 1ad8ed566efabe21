import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** The part of the contract that is about what the console must ask before it goes on. */
export function questionAnswers(answer: ReturnType<typeof answers>, services: Services) {
  const { questions, fleet } = services;
  return {
    watch: answer.questions.watch.handler(({ context, signal }) =>
      pushOnChange(
        (changed) => questions.onChange(changed),
        () => ({ questions: questions.list() }),
        context,
        signal,
      ),
    ),
    answer: answer.questions.answer.handler(async ({ input }) => {
      concealAnswers(services, input);
      const answered = await questions.answer(input.id, { accept: input.accept, answers: input.answers });
      if (!answered) throw noSuchQuestion();
      fleet.hurry();
      return { answered };
    }),
    open: answer.questions.open.handler(({ input }) => openPage(services, input.id)),
  };
}

/**
 * Has the browser open the page of a sign-in question. The address is that of the question that main itself asks: a window can
 * open nothing else by this. Throws OpsError `questions.gone`.
 */
export async function openPage(
  { questions, openBrowser }: Pick<Services, "questions" | "openBrowser">,
  id: string,
): Promise<{ opened: boolean }> {
  const asked = questions.list().find((question) => question.id === id);
  if (asked?.kind !== "sign-in" || asked.url === null) throw noSuchQuestion();
  if (!openBrowser) return { opened: false };
  return openBrowser(asked.url).then(
    () => ({ opened: true }),
    () => ({ opened: false }),
  );
}

/** What a server does not want shown while it is typed is a secret. */
function concealAnswers(
  { questions, conceal }: Services,
  { id, answers }: { id: string; answers: readonly string[] },
): void {
  const asked = questions.list().find((question) => question.id === id);
  const prompts = asked?.kind === "prompts" ? asked.prompts : asked?.kind === "sign-in" ? asked.fields : [];
  for (const [index, answer] of answers.entries()) if (prompts[index]?.echo !== true) conceal(answer);
}

function noSuchQuestion(): OpsError {
  return new OpsError({
    code: "questions.gone",
    system: "console",
    message: text("This question is no longer open.", "Cette question n'est plus ouverte."),
    hint: text("Start again what had asked it.", "Relancez ce qui l'avait posée."),
  });
}
