import type { Resource } from "../../../shared/resource.ts";
import type { Action } from "../../actions/action.ts";
import type { CertificateBook } from "../book.ts";
import type { CertificateDesk } from "../desk.ts";
import type { KeyKeeper } from "../key-keeper.ts";
import type { CertificateSigner } from "../signer.ts";
import { handInAction } from "./hand-in.ts";
import { requestAction } from "./request.ts";
import { signAction } from "./sign.ts";
import { type TicketChannel, ticketAction } from "./ticket.ts";

export interface CertificateActionParts {
  desk: Pick<CertificateDesk, "find"> & {
    book: Pick<CertificateBook, "requestsOf" | "signedFor" | "signedWith" | "hasTicket">;
  };
  keys: KeyKeeper;
  /** Where the estate has tickets announced; null where there is no such channel. */
  channel(): TicketChannel | null;
  /** What signs requests without a person; null where the estate names nothing. */
  signer(): CertificateSigner | null;
  now(): number;
}

/** What can be done about any certificate, whoever tells of it: actions of the console, not of a system. */
export function certificateActions({ desk, keys, channel, signer, now }: CertificateActionParts): Action[] {
  const requestsOf = (id: string) => desk.book.requestsOf(id);
  const signedFor = (id: string) => desk.book.signedFor(id);
  const signedWith = (id: string, key: string) => desk.book.signedWith(id, key);
  // Not as it was judged last, which comes a moment after it was read.
  const namesOf = ({ facts }: Pick<Resource, "facts">) => {
    const names = facts["certificate.names"]?.value;
    if (Array.isArray(names) && names.length > 0) return names;
    const servedAs = facts["certificate.servedAs"]?.value;
    return typeof servedAs === "string" ? [servedAs] : [];
  };
  return [
    requestAction({ keys, namesOf, now }) as unknown as Action,
    signAction({ requestsOf, signedFor, signedWith, signer, now }),
    handInAction({ requestsOf, signedFor, now }) as unknown as Action,
    ticketAction({ find: (id) => desk.find(id), book: desk.book, channel }) as unknown as Action,
  ];
}
