import type { implement } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { ApprovalRequest, RunNote } from "../../shared/people.ts";
import type { MayDo, OwnRights, PeopleView } from "../../shared/sign-in.ts";
import { sameText } from "../../shared/text.ts";
import { Feed } from "./feed.ts";

/** Operators, signed approvals, notes and handing over, over a few values that a test changes; what was asked is kept. */
export class MemoryPeople {
  readonly view = new Feed<PeopleView>(nobody);
  mayDo: MayDo = { roles: [], text: sameText("everything") };
  readonly rights = new Feed<OwnRights>(everything);
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
        challenge: answer.people.challenge.handler(({ input }) => ({
          text: `challenge of ${input.operator}`,
        })),
        signIn: answer.people.signIn.handler(({ input }) => {
          this.asked.push(`sign in ${input.operator} ${input.proof.kind}`);
          return { operator: input.operator };
        }),
        signInElsewhere: answer.people.signInElsewhere.handler(() => ({
          attempt: "attempt-1",
          address: "https://id.example/authorize",
        })),
        signInReturned: answer.people.signInReturned.handler(({ input }) => {
          this.asked.push(`returned ${input.attempt}`);
          return { operator: "ann" };
        }),
        signOut: answer.people.signOut.handler(() => {
          this.asked.push("sign out");
          return { signedOut: true };
        }),
        lock: answer.people.lock.handler(() => {
          this.asked.push("lock");
          return { locked: true };
        }),
        active: answer.people.active.handler(() => {
          this.asked.push("active");
          return { noted: true };
        }),
        mayDo: answer.people.mayDo.handler(() => this.mayDo),
        rights: answer.people.rights.handler(({ signal }) => this.rights.watch(signal)),
        makeKey: answer.people.makeKey.handler(({ input }) => {
          this.asked.push(`make key ${input.operator}`);
          return { key: "ssh-ed25519 AAAA made" };
        }),
        breakGlass: answer.people.breakGlass.handler(({ input }) => {
          this.asked.push(`break glass ${input.proof.kind}: ${input.reason}`);
          return { id: "pass-1", until: 0 };
        }),
        endPass: answer.people.endPass.handler(({ input }) => {
          this.asked.push(`end ${input.id}`);
          return { ended: true };
        }),
        reviewPass: answer.people.reviewPass.handler(({ input }) => {
          this.asked.push(`review ${input.id}: ${input.words}`);
          return { reviewed: true };
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
      countersign: procedures.countersign.handler(({ input }) => {
        this.asked.push(`countersign ${input.id}: ${input.way?.kind ?? input.signature}`);
        return { countersigned: true };
      }),
    };
  }

  async *#notes(signal: AbortSignal | undefined) {
    for await (const notes of this.notes.watch(signal)) yield { notes };
  }
}

/** An estate without operators, as the view of people has it. */
export const nobody: PeopleView = {
  me: null,
  account: "operator",
  roles: false,
  signedIn: null,
  locked: false,
  ended: null,
  idleLock: null,
  provider: null,
  breakGlass: null,
  passes: [],
  operators: [],
};

const everything: OwnRights = {
  operator: null,
  extent: "everything",
  held: [],
  taken: null,
  sites: [],
  environments: [],
};

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
