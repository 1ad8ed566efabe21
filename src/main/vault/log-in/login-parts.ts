import type { SecretReference } from "../../../shared/estate-access.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Questions } from "../../reach/questions.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import type { VaultAuth } from "../answers.ts";
import type { VaultClient } from "../client.ts";
import { loginRefused } from "../login-faults.ts";

export interface LoginParts {
  client: VaultClient;
  secrets: SecretResolver;
  /** The resource that the log-in's secrets are used for. */
  subject: string;
  questions: Pick<Questions, "ask" | "interactive">;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  /** Keeps a value out of logs, errors and the journal from here on. */
  conceal(value: string): void;
  /** Has the system's browser open an address; left out where the person opens it from a link. */
  openBrowser?: ((url: string) => Promise<void>) | undefined;
  /** Epoch milliseconds. */
  now(): number;
}

/** What a log-in gave, and whether the token is the console's own to revoke. */
export interface SignedIn {
  auth: VaultAuth;
  own: boolean;
}

/** Milliseconds that a person may take to answer. */
export const answerTime = 300_000;

/** The value of a reference, or what a person answers; `ask` is asked for in these words. */
export async function askedOrStored(
  from: SecretReference | "ask",
  label: LocalText,
  parts: LoginParts,
  signal: AbortSignal,
): Promise<string> {
  if (from !== "ask") return (await parts.secrets.resolve(from, parts.subject)).reveal();
  const [value = ""] = await askPerson([{ label, echo: false }], parts, signal);
  if (value === "") throw loginRefused(parts.client.name);
  return value;
}

/** Asks the person at this console. Throws `reach.nobody-to-ask`, `reach.question-…`. */
export async function askPerson(
  fields: readonly { label: LocalText; echo: boolean }[],
  { questions, client, conceal, now }: LoginParts,
  signal: AbortSignal,
): Promise<string[]> {
  const answers = await questions.ask(
    {
      kind: "sign-in",
      target: client.name,
      instructions: text(
        "What you enter is sent to Vault and kept nowhere.",
        "Ce que vous saisissez est envoyé à Vault et n'est conservé nulle part.",
      ),
      fields: [...fields],
      url: null,
      expiresAt: now() + answerTime,
    },
    answerTime,
    signal,
  );
  fields.forEach(({ echo }, place) => {
    const answer = answers[place];
    if (!echo && answer) conceal(answer);
  });
  return answers;
}
