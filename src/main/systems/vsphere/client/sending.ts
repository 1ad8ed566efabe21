import { NotSent, Unanswered, Withheld } from "../../../reach/http-exchange.ts";

/**
 * Makes an exchange; once more where it may be repeated and a kept connection had been closed before anything of an answer
 * came. Throws what the exchange does, in the words that are shown.
 */
export async function sent<Answer>(exchange: () => Promise<Answer>, isRepeatable: boolean): Promise<Answer> {
  try {
    return await exchange();
  } catch (error) {
    if (isRepeatable && error instanceof Unanswered && error.kept) return sent(exchange, false);
    if (error instanceof Withheld) throw error.cause;
    throw error instanceof NotSent || error instanceof Unanswered ? error.fault : error;
  }
}
