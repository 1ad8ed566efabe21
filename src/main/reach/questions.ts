import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import type { questionSchema } from "../../shared/question.ts";
import { text } from "../../shared/text.ts";
import { reachFault } from "./faults.ts";

export type Question = z.infer<typeof questionSchema>;
type WithoutIdentity<T> = T extends unknown ? Omit<T, "id" | "at"> : never;
/** A question before it has a number and a time. */
export type NewQuestion = WithoutIdentity<Question>;
export interface Answer {
  accept: boolean;
  answers: string[];
}

interface Pending {
  question: Question;
  sameAs: string;
  settle(answer: Answer): void;
  withdraw(error: OpsError): void;
}

const mostAtOnce = 500;

/**
 * What must be asked before going on, and who waits for the answer. In a script (`interactive: false`) nobody can
 * answer: `ask` and `post` throw `reach.nobody-to-ask` at once.
 */
export class Questions {
  readonly interactive: boolean;
  readonly #now: () => number;
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Set<() => void>();

  constructor(parts: { interactive: boolean; now: () => number }) {
    this.interactive = parts.interactive;
    this.#now = parts.now;
  }

  /** The open questions, oldest first. */
  list(): Question[] {
    return [...this.#pending.values()].map(({ question }) => question);
  }

  /** Calls `listener` whenever the list changes, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Puts a question without waiting. The same question asked twice stands once. `decide` is called with the
   * answer; when it throws, the question stays open and the one who answered gets the error.
   */
  post(question: NewQuestion, decide: (answer: Answer) => void): void {
    this.#add(question, decide, () => undefined);
  }

  /**
   * Puts a question and waits. Rejects with `reach.question-declined`, `reach.question-unanswered` after
   * `timeout` milliseconds, or what `signal` was aborted with.
   */
  ask(question: NewQuestion, timeout: number, signal: AbortSignal): Promise<string[]> {
    return new Promise<string[]>((resolve, reject) => {
      const id = this.#add(
        question,
        (answer) => {
          over();
          if (answer.accept) resolve(answer.answers);
          else reject(declined(question.target));
        },
        (error) => {
          over();
          reject(error);
        },
      );
      const onAbort = () => this.#withdraw(id, toOpsError(signal.reason, "reach"));
      const timer = setTimeout(() => this.#withdraw(id, unanswered(question.target)), timeout);
      const over = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Answers an open question. False when there is none of that number (any more). */
  answer(id: string, answer: Answer): boolean {
    const pending = this.#pending.get(id);
    if (!pending) return false;
    pending.settle(answer);
    this.#pending.delete(id);
    this.#changed();
    return true;
  }

  /** Takes back every question that the test names, for example those of a host that is gone from the estate. */
  withdraw(test: (question: Question) => boolean): void {
    for (const { question } of [...this.#pending.values()]) {
      if (test(question)) this.#withdraw(question.id, unanswered(question.target));
    }
  }

  #add(question: NewQuestion, settle: Pending["settle"], withdraw: Pending["withdraw"]): string {
    if (!this.interactive || this.#pending.size >= mostAtOnce) throw nobodyToAsk(question.target);
    const sameAs = question.kind === "host-key" ? JSON.stringify(question) : randomUUID();
    const standing = [...this.#pending.values()].find((pending) => pending.sameAs === sameAs);
    if (standing) return standing.question.id;
    const id = randomUUID();
    this.#pending.set(id, { question: { ...question, id, at: this.#now() }, sameAs, settle, withdraw });
    this.#changed();
    return id;
  }

  #withdraw(id: string, error: OpsError): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.withdraw(error);
    this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function nobodyToAsk(target: string): OpsError {
  return reachFault(
    "nobody-to-ask",
    text(
      `${target} needs an answer from a person, and this run cannot ask.`,
      `${target} attend la réponse d'une personne, et cette exécution ne peut pas la demander.`,
    ),
    text(
      "Connect once in the console's window, or give the estate a way that needs no answer.",
      "Connectez-vous une fois dans la fenêtre de la console, ou prévoyez dans le parc un moyen qui ne demande rien.",
    ),
  );
}

function declined(target: string): OpsError {
  return reachFault(
    "question-declined",
    text(`The question of ${target} was declined.`, `La question de ${target} a été refusée.`),
    text("Connect again to be asked again.", "Reconnectez-vous pour que la question soit reposée."),
  );
}

function unanswered(target: string): OpsError {
  return reachFault(
    "question-unanswered",
    text(
      `Nobody answered the question of ${target} in time.`,
      `Personne n'a répondu à temps à la question de ${target}.`,
    ),
    text("Connect again to be asked again.", "Reconnectez-vous pour que la question soit reposée."),
  );
}
