import type { Action } from "../../actions/action.ts";
import type { CertificateBook } from "../book.ts";
import type { CertificateDesk } from "../desk.ts";
import type { KeyKeeper } from "../key-keeper.ts";
import { handInAction } from "./hand-in.ts";
import { requestAction } from "./request.ts";
import { type TicketChannel, ticketAction } from "./ticket.ts";

export interface CertificateActionParts {
  desk: Pick<CertificateDesk, "find"> & { book: Pick<CertificateBook, "requestsOf" | "hasTicket"> };
  keys: KeyKeeper;
  /** Where the estate has tickets announced; null where there is no such channel. */
  channel(): TicketChannel | null;
  now(): number;
}

/** What can be done about any certificate, whoever tells of it: actions of the console, not of a system. */
export function certificateActions({ desk, keys, channel, now }: CertificateActionParts): Action[] {
  const requestsOf = (id: string) => desk.book.requestsOf(id);
  const namesOf = (id: string) => {
    const { names = [], servedAs = null } = desk.find(id)?.record ?? {};
    return names.length > 0 || servedAs === null ? names : [servedAs];
  };
  return [
    requestAction({ keys, namesOf, now }) as unknown as Action,
    handInAction({ requestsOf, now }) as unknown as Action,
    ticketAction({ find: (id) => desk.find(id), book: desk.book, channel }),
  ];
}
