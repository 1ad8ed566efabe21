import type { implement } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { ApprovalRequest, PeopleView, RunNote } from "../../shared/people.ts";
import { sameText } from "../../shared/text.ts";
import { Feed } from "./feed.ts";

/** Operators, signed approvals, notes and handing over, over a few values that a test changes; what was asked is kept. */
export class MemoryPeople {
  readonly view = new Feed<PeopleView>({ me: null, account: "operator", operators: [] });
  readonly notes = new Feed<RunNote[]>([]);
  /** In order: `request run-1 flip-gate bob`, `sign bob approve kept`, `hand over run-1 to bob: because`. */
  readonly asked: string[] = [];
  /** What was sent of files, as base64, by upload. */
  readonly uploads = new Map<string, string>();

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      people: {
        watch: answer.people.watch.handler(({ signal }) => this.view.watch(signal)),
        keep: answer.people.keep.handler(({ input }) => {
          this.asked.push(`keep ${input.operator}`);
          return { kept: true };
        }),
        forget: answer.people.forget.handler(({ input }) => {
          this.asked.push(`forget ${input.operator}`);
          return { forgotten: true };
        }),
      },
      approvals: {
        request: answer.approvals.request.handler(({ input }) => {
          this.asked.push(`request ${input.run} ${input.node} ${input.to ?? "anybody"}`);
          return { request: request(input.run, input.node), text: `request of ${input.node}\n` };
        }),
        read: answer.approvals.read.handler(() => ({ request: request("run-1", "flip-gate") })),
        sign: answer.approvals.sign.handler(({ input }) => {
          this.asked.push(`sign ${input.operator} ${input.verdict} ${input.way.kind}`);
          return { signature: `signature of ${input.operator}` };
        }),
      },
    };
  }

  /** What stands among the calls about runs. */
  answersOfRuns({ procedures }: ReturnType<typeof implement<Contract>>) {
    return {
      note: procedures.note.handler(({ input }) => {
        const { node, text, attachment } = input;
        const size = attachment === null ? 0 : (this.uploads.get(attachment.upload)?.length ?? 0);
        const file = attachment && { name: attachment.name, sha256: "00", size };
        this.notes.set([
          ...this.notes.value,
          { at: Date.now(), by: "operator", node, text, attachment: file },
        ]);
        return { noted: true };
      }),
      notes: procedures.notes.handler(({ signal }) => this.#notes(signal)),
      attach: procedures.attach.handler(({ input }) => {
        const upload = input.upload ?? `upload-${this.uploads.size + 1}`;
        this.uploads.set(upload, (this.uploads.get(upload) ?? "") + input.piece);
        return { upload, size: this.uploads.get(upload)?.length ?? 0 };
      }),
      attachment: procedures.attachment.handler(() => ({ name: "note.txt", total: 2, piece: btoa("ok") })),
      handOver: procedures.handOver.handler(({ input }) => {
        this.asked.push(`hand over ${input.id} to ${input.to}: ${input.reason}`);
        return { handedOver: true };
      }),
    };
  }

  async *#notes(signal: AbortSignal | undefined) {
    for await (const notes of this.notes.watch(signal)) yield { notes };
  }
}

function request(run: string, node: string): ApprovalRequest {
  return {
    version: 1,
    run,
    procedure: "bascule",
    node,
    text: sameText("Do the restored data suffice?"),
    planHash: "f00d",
    observed: "",
    requestedBy: "ann",
    requestedAt: 0,
    expiresAt: 1,
  };
}
