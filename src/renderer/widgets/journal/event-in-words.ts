import type { JournalEvent } from "../../../shared/journal.ts";
import { type Language, localTextSchema } from "../../../shared/text.ts";

type Data = JournalEvent["data"];
/** Members that hold the sentence of an event, the most telling first. */
const telling = ["text", "outcome", "message", "title"];

/**
 * An event's data in one line: first its sentences in the language, then its plain members as "key value". What is
 * nested is left to the opened row.
 */
export function eventInWords(data: Data, language: Language): string {
  const sentences = telling.flatMap((key) => {
    const words = localTextSchema.safeParse(data[key]);
    return words.success ? [words.data[language]] : [];
  });
  const members = Object.entries(data)
    .filter(([, value]) => value !== null && typeof value !== "object" && value !== "")
    .map(([key, value]) => `${key} ${String(value)}`);
  return [...sentences, members.join(", ")].filter(Boolean).join(" · ");
}
