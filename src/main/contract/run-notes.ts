import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { answers } from "./answers.ts";
import { pushOnChange } from "./live.ts";
import type { Services } from "./services.ts";

/** What people write down about runs, the files that they attach, and to whom they hand them over. */
export function runNoteAnswers(
  answer: ReturnType<typeof answers>,
  { procedures, attachments, people, conceal }: Services,
) {
  const { engine } = procedures;
  return {
    note: answer.procedures.note.handler(async ({ input }) => {
      const { id, node, text: words, attachment } = input;
      // A run that does not exist, or is another console's, must not have a file kept for it.
      engine.notes.of(id);
      const kept = attachment && (await attachments.keep(attachment.upload, attachment.name));
      await engine.notes.add(id, { node, text: words, attachment: kept });
      return { noted: true };
    }),
    notes: answer.procedures.notes.handler(({ input, context, signal }) =>
      pushOnChange(
        (changed) => engine.onChange(changed),
        () => ({ notes: engine.notes.of(input.id) }),
        context,
        signal,
      ),
    ),
    attach: answer.procedures.attach.handler(({ input }) =>
      attachments.receive(input.upload, Buffer.from(input.piece, "base64")),
    ),
    attachment: answer.procedures.attachment.handler(async ({ input }) => {
      const note = engine.notes.of(input.id).find(({ attachment }) => attachment?.sha256 === input.sha256);
      if (!note?.attachment) throw notAttached();
      const { name, size } = note.attachment;
      const piece = await attachments.piece(note.attachment, input.offset);
      return { name, total: size, piece: piece.toString("base64") };
    }),
    handOver: answer.procedures.handOver.handler(async ({ input }) => {
      await engine.notes.handOver(input.id, input.to, input.reason);
      return { handedOver: true };
    }),
    countersign: answer.procedures.countersign.handler(async ({ input: { id, way, signature }, signal }) => {
      if (way === null) {
        await engine.notes.countersign(id, signature);
        return { countersigned: true };
      }
      if (way.kind !== "agent") conceal(way.passphrase);
      if (way.kind === "key") conceal(way.key);
      const { request, to } = engine.notes.toCountersign(id);
      const ending = signal ?? new AbortController().signal;
      await engine.notes.countersign(id, await people.signHandOver(request, to, way, ending));
      return { countersigned: true };
    }),
  };
}

function notAttached(): OpsError {
  return new OpsError({
    code: "attachment.unknown",
    system: "procedures",
    message: text("The run has no such attachment.", "L'exécution n'a pas de telle pièce jointe."),
    hint: text("Choose one of those in its notes.", "Choisissez l'une de celles de ses notes."),
  });
}
