import { z } from "zod";
import { secondInWords } from "../../../shared/amount-words.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { WebhookChannel } from "../../../shared/systems/webhook.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action, Verification } from "../../actions/action.ts";
import { type Channel, whereTo } from "./client.ts";

const inputSchema = z.strictObject({ text: z.string().trim().min(1).max(4000) });
type Announcement = z.infer<typeof inputSchema>;

export interface AnnounceParts {
  /** The channel that a resource is; null for any other. */
  channelOf(resource: Pick<Resource, "id">): { channel: Channel; config: WebhookChannel } | null;
  /** Says that something was sent there. */
  onSent(resource: string, words: string, at: number): void;
  now(): number;
}

/**
 * `webhook.announce`: posts a text, once. Proven by the answer of the hook; where the answer is lost nobody can tell from
 * here whether it was posted, and it is not posted again.
 */
export function announceAction(parts: AnnounceParts): Action<Announcement> {
  const known = (resource: Pick<Resource, "id">) => {
    const found = parts.channelOf(resource);
    if (!found) throw new RangeError(`no channel ${resource.id}`);
    return found;
  };
  return {
    id: "webhook.announce",
    title: text("Announce", "Annoncer"),
    verb: text("Announce", "Annoncer"),
    risk: "safe",
    effect: "once",
    kinds: ["service"],
    input: inputSchema,
    fields: [
      {
        name: "text",
        label: text("Announcement", "Annonce"),
        type: "multiline",
        required: true,
        choices: [],
        initial: null,
      },
    ],
    bulk: false,
    appliesTo: (resource) => parts.channelOf(resource) !== null,
    describe(resource, { text: words }) {
      const where = whereTo(known(resource).config, resource.name);
      return {
        steps: [text(`Post to ${where.en}: ${words}`, `Publier dans ${where.fr} : ${words}`)],
        proof: text(
          "The hook answers that it has taken the announcement.",
          "Le crochet répond qu'il a pris l'annonce.",
        ),
        undo: null,
      };
    },
    async probe({ resource, signal }) {
      await known(resource).channel.reach(signal);
      return {
        state: "needed",
        text: text(
          "It can be reached; nothing was posted yet.",
          "Le canal est joignable ; rien n'a encore été publié.",
        ),
        observed: { at: parts.now() },
      };
    },
    async apply({ resource, signal, committed }, { text: words }) {
      const { status, words: said } = await known(resource).channel.post(words, signal, committed);
      const at = parts.now();
      if (isTaken(status)) parts.onSent(resource.id, words, at);
      return { data: { status, at, answer: said } };
    },
    async verify(_context, _input, _probe, { data }): Promise<Verification> {
      const { status, at } = data;
      const code = typeof status === "number" ? status : 0;
      // What stands in front of a hook may fail after the hook has taken it.
      return { proven: isTaken(code), disproven: code >= 300 && code < 500, text: verdict(code, at), data };
    },
    settle: async () => ({ effect: "unknown", untellable: true, text: unknown, data: {} }),
  };
}

const isTaken = (status: number) => status >= 200 && status < 300;

const unknown = text(
  "The answer was lost: look at the channel whether the announcement is there. It is not posted again by itself.",
  "La réponse s'est perdue : regardez dans le canal si l'annonce y est. Elle n'est pas republiée d'elle-même.",
);

function verdict(status: number, at: unknown): LocalText {
  if (!isTaken(status)) {
    return text(
      `The hook answered with HTTP ${status}.`,
      `Le crochet a répondu avec le code HTTP ${status}.`,
    );
  }
  const when = typeof at === "number" ? secondInWords(at) : "—";
  return text(
    `The hook took it at ${when} (HTTP ${status}).`,
    `Le crochet l'a prise à ${when} (HTTP ${status}).`,
  );
}
