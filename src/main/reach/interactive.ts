import type { Prompt } from "ssh2";
import { toOpsError } from "../../shared/errors.ts";
import type { SecretReference } from "../../shared/estate-access.ts";
import type { Credential, CredentialParts, CredentialUse } from "./credential.ts";
import { loginRefused, promptUnanswered, tooManyPrompts } from "./login-faults.ts";
import { placeLabel } from "./place.ts";

const mostPrompts = 20;

/**
 * Keyboard-interactive log-in (RFC 4256): answered once from a stored secret, or by a person. A server that asks
 * again after the secret was sent has refused it, whatever it calls that.
 */
export function interactiveCredential(
  answer: SecretReference | "ask",
  secret: string | null,
  parts: CredentialParts,
  use: CredentialUse,
): Credential {
  const { target } = use;
  const mark = secret === null ? "ask" : parts.refusals.mark("secret", secret);
  let spent = false;
  return {
    kind: "keyboard-interactive",
    name: answer,
    marks: () => [mark],
    offer: {
      type: "keyboard-interactive",
      username: target.user,
      prompt: (name, instructions, _language, prompts, finish) => {
        if (prompts.length > mostPrompts) use.end(tooManyPrompts(target, answer), false);
        else if (secret === null) askPerson([name, instructions], prompts, parts, use).then(finish, giveUp);
        else if (spent) use.end(loginRefused(target, [answer], use.offered()), true);
        else if (prompts.length !== 1) use.end(tooManyPrompts(target, answer), false);
        else {
          spent = true;
          finish([secret]);
        }
      },
    },
  };

  /** Nobody answered: it is not asked again by itself, or the question would come back with every round. */
  function giveUp(thrown: unknown): void {
    const error = toOpsError(thrown, "reach");
    if (error.code === "reach.question-unanswered") use.end(promptUnanswered(target, error), true);
    else use.end(error, error.code === "reach.question-declined");
  }
}

async function askPerson(
  instructions: string[],
  prompts: Prompt[],
  parts: CredentialParts,
  use: CredentialUse,
): Promise<string[]> {
  use.asking(true);
  try {
    return await parts.questions.ask(
      {
        kind: "prompts",
        target: placeLabel(use.target),
        instructions: printable(instructions.filter((part) => part !== "").join("\n"), 2000),
        prompts: prompts.map(({ prompt, echo }) => ({ text: printable(prompt, 300), echo: echo === true })),
      },
      parts.answerTime,
      use.signal,
    );
  } finally {
    use.asking(false);
  }
}

/** A server's words without control characters and of bounded length. */
function printable(words: string, longest: number): string {
  return words.replace(/[^\P{C}\n]/gu, "").slice(0, longest);
}
