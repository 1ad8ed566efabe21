/** A piece of a file as main gives it. */
export interface Piece {
  total: number;
  /** Base64. */
  piece: string;
}

/** Bytes after which what was fetched is handed to the browser, which need not hold it in memory. */
const heldAtMost = 16 * 1024 * 1024;

/**
 * Fetches a file piece by piece and gives it whole; `progress` is told the share so far, 0 to 1. Rejects with what
 * `fetchPiece` throws, or with a RangeError when a piece is empty before the end (the file was cut meanwhile).
 */
export async function collectPieces(
  fetchPiece: (offset: number) => Promise<Piece>,
  progress: (share: number) => void,
): Promise<Blob> {
  let whole = new Blob([]);
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let held = 0;
  let offset = 0;
  for (;;) {
    const { total, piece } = await fetchPiece(offset);
    const bytes = Uint8Array.from(atob(piece), (character) => character.charCodeAt(0));
    if (bytes.byteLength === 0 && offset < total) throw new RangeError("the file ended early");
    parts.push(bytes);
    held += bytes.byteLength;
    offset += bytes.byteLength;
    progress(total === 0 ? 1 : Math.min(1, offset / total));
    if (offset < total && held < heldAtMost) continue;
    whole = new Blob([whole, ...parts], { type: "application/octet-stream" });
    if (offset >= total) return whole;
    parts = [];
    held = 0;
  }
}
