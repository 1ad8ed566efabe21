import { createHash } from "node:crypto";
import { z } from "zod";
import type { Resource } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../actions/action.ts";
import { type CertificateBook, ticketedType } from "../book.ts";
import type { JudgedCertificate } from "../engine.ts";
import { stateHint } from "../words.ts";

const inputSchema = z.strictObject({
  /** Whether the newest request is to be signed: it goes along, and is what the ticket is about. */
  request: z.boolean().default(false),
});
/** What a channel takes. */
const longest = 4000;
type TicketInput = z.infer<typeof inputSchema>;

/** A channel that takes announcements, and the action that posts to it. */
export interface TicketChannel {
  resource: Resource;
  announce: Action;
}

export interface TicketParts {
  find(resource: string): JudgedCertificate | null;
  book: Pick<CertificateBook, "hasTicket" | "requestsOf">;
  /** Where the estate has tickets announced; null where it names no channel, or it is not there. */
  channel(): TicketChannel | null;
}

/**
 * What one ticket is about: this certificate in this state. Every console makes the same of it, so that whoever takes the
 * announcements can tell that two are one.
 */
export function ticketKey({ record, judgement }: JudgedCertificate): string {
  const about = [record.fingerprint ?? record.id, record.notAfter ?? "", judgement.state].join("\n");
  return `cert-${createHash("sha256").update(about).digest("hex").slice(0, 12)}`;
}

/**
 * `certificates.ticket`: announces, once for each certificate and state, that somebody has to renew or replace it; or once for
 * a request, with it, that somebody is to have it signed.
 */
export function ticketAction(parts: TicketParts): Action<TicketInput> {
  const none = text(
    "The estate file names no channel for tickets that could be reached (certificates.ticket).",
    "Le fichier de parc ne nomme aucun canal de tickets joignable (certificates.ticket).",
  );
  const at = (context: ActionContext, { resource }: TicketChannel): ActionContext => ({
    ...context,
    resource,
  });
  /** What is announced, and the key that it is known by; null where the request that is to go along is not there. */
  const ticketOf = (found: JudgedCertificate, { request }: TicketInput) => {
    if (!request) return { key: ticketKey(found), words: wordsOf(found).slice(0, longest) };
    const [newest] = parts.book.requestsOf(found.record.id);
    return newest ? requestTicket(found, newest.request) : null;
  };
  return {
    id: "certificates.ticket",
    title: text("Open a ticket", "Ouvrir un ticket"),
    verb: text("Open", "Ouvrir"),
    risk: "safe",
    effect: "once",
    kinds: ["certificate"],
    input: inputSchema,
    fields: [
      {
        ...{ name: "request", type: "boolean", required: false, choices: [], initial: false },
        label: text(
          "Send the newest request along, to be signed",
          "Joindre la dernière demande, à faire signer",
        ),
      },
    ],
    bulk: true,
    elsewhere: true,
    appliesTo: ({ id }) => parts.find(id) !== null,
    unavailable: () => (parts.channel() === null ? none : null),
    describe: ({ id, name }, input) => {
      const found = parts.find(id);
      const words = (found && ticketOf(found, input)?.words) ?? name;
      return {
        steps: [text(`Announce: ${words}`, `Annoncer : ${words}`)],
        proof: text("The channel has taken the announcement.", "Le canal a pris l'annonce."),
        undo: null,
      };
    },

    async probe(context, input) {
      const channel = parts.channel();
      const found = parts.find(context.resource.id);
      if (!channel || !found) return { state: "impossible", text: none, observed: {} };
      const ticket = ticketOf(found, input);
      if (!ticket) return { state: "impossible", text: noRequest, observed: {} };
      const { key, words } = ticket;
      if (parts.book.hasTicket(key)) {
        return {
          state: "done",
          text: text(
            `There is a ticket for this already (${key}).`,
            `Il existe déjà un ticket pour cela (${key}).`,
          ),
          observed: { key },
        };
      }
      const probe = await channel.announce.probe(at(context, channel), { text: words });
      return { ...probe, observed: { ...probe.observed, key, words } };
    },

    async apply(context, _input, probe) {
      const channel = parts.channel();
      const words = probe.observed.words;
      if (!channel || typeof words !== "string") throw new RangeError("the channel is gone since the probe");
      return channel.announce.apply(at(context, channel), { text: words }, probe);
    },

    async verify(context, _input, probe, applied): Promise<Verification> {
      const channel = parts.channel();
      if (!channel) return { proven: false, text: none, data: {} };
      const input = { text: String(probe.observed.words) };
      const seen = await channel.announce.verify(at(context, channel), input, probe, applied);
      if (seen.proven) {
        const data = { key: String(probe.observed.key), channel: channel.resource.id };
        await context.journal?.({ type: ticketedType, subject: context.resource.id, data });
      }
      return seen;
    },

    settle: async (context, _input, probe) => {
      const isOpen = parts.book.hasTicket(String(probe.observed.key));
      if (isOpen) {
        return {
          effect: "happened",
          text: text("The ticket was opened.", "Le ticket a été ouvert."),
          data: {},
        };
      }
      const channel = parts.channel();
      const input = { text: String(probe.observed.words) };
      if (channel) return channel.announce.settle(at(context, channel), input, probe);
      return { effect: "unknown", text: none, data: {} };
    },
  };
}

/** In both languages, since it is read by people whose language is not known here. */
function wordsOf(found: JudgedCertificate): string {
  const { record, judgement } = found;
  const issuer = record.issuer === null ? [] : [`Issuer / Émetteur: ${record.issuer}`];
  const names = record.names.length === 0 ? [] : [`Names / Noms: ${record.names.slice(0, 10).join(", ")}`];
  const hint = stateHint(judgement.state, record);
  return [
    `Certificate / Certificat: ${record.name}`,
    judgement.text.en,
    judgement.text.fr,
    ...(hint ? [hint.en, hint.fr] : []),
    ...names,
    ...issuer,
    `Fingerprint / Empreinte: ${record.fingerprint ?? "–"}`,
    `Reference / Référence: ${ticketKey(found)}`,
  ].join("\n");
}

/** A request that does not fit whole is no request: where it is to be had is told instead. */
function requestTicket(found: JudgedCertificate, request: string): { key: string; words: string } {
  const key = `csr-${createHash("sha256").update(request).digest("hex").slice(0, 12)}`;
  const head = [
    `To be signed / À faire signer: ${found.record.name}`,
    ...(found.record.issuer === null ? [] : [`Issuer / Émetteur: ${found.record.issuer}`]),
    `Reference / Référence: ${key}`,
  ].join("\n");
  const whole = `${head}\n${request}`;
  const elsewhere =
    "The request is on the page of the certificate. / La demande figure sur la page du certificat.";
  return { key, words: whole.length > longest ? `${head.slice(0, longest - 200)}\n${elsewhere}` : whole };
}

const noRequest = text(
  "No request was made for it from here.",
  "Aucune demande n'a été faite d'ici pour lui.",
);
