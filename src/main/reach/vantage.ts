/** A place that the estate is entered from: this workstation as a first hop saw it, or a hop. */
export interface VantagePoint {
  kind: "workstation" | "hop";
  /** The hop, or the hop that saw this workstation; null for a workstation that none has seen yet. */
  name: string | null;
  /** Null: it is not known from where it is seen. */
  address: string | null;
}

/** From where the estate is entered, and the ranges that it declares. */
export interface Vantage {
  points: readonly VantagePoint[];
  /** The estate's own allowlists by name, as CIDR. */
  ranges: Readonly<Record<string, readonly string[]>>;
}
