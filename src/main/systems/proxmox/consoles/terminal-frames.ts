/**
 * What is said to a terminal of Proxmox VE: first a line `USER:TICKET`, which is answered `OK`, then frames. What the
 * terminal says comes as it is. Source: proxmox-termproxy, which makes out frames only where each begins with a message.
 */

/** Input is cut into frames of at most so many bytes. */
export const largestInput = 16 * 1024;
/** Columns and rows are 16 bits there. */
const mostCells = 65_535;

/** The first line: who it is, and the ticket that they were given. */
export function greetingLine(user: string, ticket: string): Buffer {
  return Buffer.from(`${user}:${ticket}\n`, "utf8");
}

/** `0:LENGTH:DATA`, the length in bytes of UTF-8; what is long comes in several, each a message of its own. */
export function inputFrames(data: string): Buffer[] {
  const bytes = Buffer.from(data, "utf8");
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += largestInput) {
    const piece = bytes.subarray(at, at + largestInput);
    frames.push(Buffer.concat([Buffer.from(`0:${piece.length}:`, "latin1"), piece]));
  }
  return frames;
}

/** `1:COLUMNS:ROWS:` */
export function sizeFrame(columns: number, rows: number): Buffer {
  const bounded = (cells: number) => Math.min(mostCells, Math.max(1, Math.trunc(cells) || 1));
  return Buffer.from(`1:${bounded(columns)}:${bounded(rows)}:`, "latin1");
}

/** That somebody is still there. */
export const stillThere = Buffer.from("2", "latin1");
