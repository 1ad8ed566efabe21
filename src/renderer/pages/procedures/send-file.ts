import { largestPiece } from "../../../shared/people.ts";
import type { Client } from "../../state/client.ts";

/** Sends a file to main piece by piece, and gives the name that a note takes it by. */
export async function sendFile({ procedures }: Client, file: Blob): Promise<string> {
  let upload: string | null = null;
  let offset = 0;
  do {
    const piece = new Uint8Array(await file.slice(offset, offset + largestPiece).arrayBuffer());
    upload = (await procedures.attach({ upload, piece: base64Of(piece) })).upload;
    offset += piece.length;
  } while (offset < file.size);
  return upload;
}

function base64Of(bytes: Uint8Array): string {
  let words = "";
  // More arguments at once than this would overflow the stack.
  for (let at = 0; at < bytes.length; at += 8192)
    words += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(words);
}

/** Fetches an attachment whole. */
export async function fetchFile(
  { procedures }: Client,
  wanted: { id: string; sha256: string },
): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (;;) {
    const { total, piece } = await procedures.attachment({ ...wanted, offset });
    const bytes = Uint8Array.from(atob(piece), (character) => character.charCodeAt(0));
    pieces.push(bytes);
    offset += bytes.length;
    if (offset >= total || bytes.length === 0) return new Blob(pieces);
  }
}
