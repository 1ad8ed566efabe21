const factors: Record<string, number> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A quantity as Kubernetes writes it ("250m", "8Gi", "1e3") as a plain number; null when it is none. Source:
 * k8s.io/apimachinery, api/resource.Quantity.
 */
export function quantityOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const match =
    /^([+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30}))([eE][+-]?\d{1,2}|[numkMGTPE]|[KMGTPE]i)?$/.exec(value);
  if (!match) return null;
  const [, digits = "", suffix = ""] = match;
  const factor = factors[suffix] ?? Number(`1${suffix}`);
  const number = Number(digits) * factor;
  return Number.isFinite(number) ? number : null;
}
