import { type LocalText, text } from "../../shared/text.ts";
import { unknownResource } from "../actions/faults.ts";
import type { ConsoleParts } from "../console.ts";
import { parseOptions, signInOptions, usageError } from "./options.ts";
import { complain, complainOf, inWords, say, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

const askingLimit = 60_000;

/**
 * `passerelle trust RESOURCE --fingerprint SHA256:…`: accepts the host key that a host shows now, when it is the one
 * that the person compared. Exit code 0 when it was stored or is trusted already, 1 when the host shows another key or
 * cannot be reached.
 */
export async function trust(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    ...signInOptions,
    fingerprint: { type: "string" },
  });
  const [resource] = positionals;
  const fingerprint = values.fingerprint;
  if (!resource || positionals.length > 1 || !fingerprint) {
    throw usageError(
      text("trust takes a resource and --fingerprint.", "trust attend une ressource et --fingerprint."),
    );
  }
  return withConsole(
    values,
    async (parts, signal) => {
      const name = parts.inventory.get(resource)?.name;
      if (name === undefined) throw unknownResource(resource);
      await showKey(parts, resource, AbortSignal.any([signal, AbortSignal.timeout(askingLimit)]));
      signal.throwIfAborted();
      const pick = inWords(terminalLanguage());
      const question = parts.questions
        .list()
        .find((each) => each.kind === "host-key" && each.target === name);
      if (question?.kind !== "host-key") return withoutQuestion(parts, resource, fingerprint);
      if (question.fingerprint !== fingerprint) {
        complain(pick(anotherKey(resource, question.fingerprint)));
        return 1;
      }
      parts.questions.answer(question.id, { accept: true, answers: [] });
      say(pick(text(`The key of ${resource} is stored.`, `La clé de ${resource} est enregistrée.`)));
      return 0;
    },
    { asks: true, needs: "operate" },
  );
}

/** Connects so that the host shows its key; a log-in that wants a person's answer is not what was asked for here. */
async function showKey(parts: ConsoleParts, resource: string, signal: AbortSignal): Promise<void> {
  const { questions } = parts;
  const decline = () => {
    for (const { id, kind } of questions.list()) {
      if (kind === "prompts") questions.answer(id, { accept: false, answers: [] });
    }
  };
  const unsubscribe = questions.onChange(decline);
  try {
    await parts.fleet.observe([resource], signal);
  } finally {
    unsubscribe();
  }
}

/** Nobody was asked: the key is trusted already, or the host did not get as far as showing one that could be. */
function withoutQuestion(parts: ConsoleParts, resource: string, fingerprint: string): number {
  const pick = inWords(terminalLanguage());
  const proven = parts.reach.provenHostKey(resource);
  if (proven === fingerprint) {
    say(
      pick(
        text(`The key of ${resource} is trusted already.`, `La clé de ${resource} est déjà de confiance.`),
      ),
    );
    return 0;
  }
  if (proven !== null) {
    complain(pick(anotherKey(resource, proven)));
    return 1;
  }
  const sources = Object.values(parts.inventory.get(resource)?.sources ?? {});
  const error = sources.find((source) => source.error)?.error;
  if (error) complainOf(error, terminalLanguage());
  else complain(pick(text(`${resource} showed no host key.`, `${resource} n'a présenté aucune clé d'hôte.`)));
  return 1;
}

function anotherKey(resource: string, shown: string): LocalText {
  return text(
    `${resource} shows ${shown}, not the key that you named; nothing was stored.`,
    `${resource} présente ${shown}, et non la clé indiquée ; rien n'a été enregistré.`,
  );
}
