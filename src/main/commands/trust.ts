import { text } from "../../shared/text.ts";
import { parseOptions, usageError } from "./options.ts";
import { inWords, say, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

/**
 * `passerelle trust RESOURCE --fingerprint SHA256:…`: accepts the host key that a host shows now, when it is the one
 * that the person compared. Exit code 0 when it was stored, 1 when the host shows another key.
 */
export async function trust(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    fingerprint: { type: "string" },
  });
  const [resource] = positionals;
  const fingerprint = values.fingerprint;
  if (!resource || positionals.length > 1 || !fingerprint) {
    throw usageError(
      text("trust takes a resource and --fingerprint.", "trust attend une ressource et --fingerprint."),
    );
  }
  return withConsole(values, async (parts, signal) => {
    await parts.fleet.observe([resource], AbortSignal.any([signal, AbortSignal.timeout(60_000)]));
    const pick = inWords(terminalLanguage());
    const question = parts.questions
      .list()
      .find((each) => each.kind === "host-key" && each.target === resource);
    if (!question || question.kind !== "host-key") {
      say(pick(text(`${resource} asks for no decision.`, `${resource} ne demande aucune décision.`)));
      return 1;
    }
    if (question.fingerprint !== fingerprint) {
      say(
        pick(
          text(
            `${resource} shows ${question.fingerprint}, not the key that you named; nothing was stored.`,
            `${resource} présente ${question.fingerprint}, et non la clé indiquée ; rien n'a été enregistré.`,
          ),
        ),
      );
      return 1;
    }
    await parts.questions.answer(question.id, { accept: true, answers: [] });
    say(pick(text(`The key of ${resource} is stored.`, `La clé de ${resource} est enregistrée.`)));
    return 0;
  });
}
