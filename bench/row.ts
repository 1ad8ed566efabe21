/** One line of a benchmark's table. `ratio` is ours / peer; null where there is no peer. */
export interface Row {
  name: string;
  unit: string;
  ours: number;
  peer: number | null;
  peerName: string | null;
  ratio: number | null;
}

/** A line with two measured sides. */
export function compared(name: string, unit: string, ours: number, peer: number, peerName: string): Row {
  return { name, unit, ours: round(ours), peer: round(peer), peerName, ratio: round(ours / peer) };
}

/** A line with nothing to compare with. */
export function alone(name: string, unit: string, ours: number): Row {
  return { name, unit, ours: round(ours), peer: null, peerName: null, ratio: null };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
