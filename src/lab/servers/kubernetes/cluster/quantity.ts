const factors: Readonly<Record<string, number>> = {
  "": 1,
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/** A quantity (Kubernetes API conventions, "Quantity"), as in `250m` or `2Gi`; 0 for what is none. */
export function amount(quantity: string): number {
  const [, figure = "0", unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]{0,2})$/.exec(quantity) ?? [];
  return Number(figure) * (factors[unit] ?? 0);
}
