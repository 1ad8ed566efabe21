import { randomBytes, randomInt } from "node:crypto";

/** Tables of GF(2^8) by the polynomial of AES (x^8 + x^4 + x^3 + x + 1), over the generator 3. */
const exponents = new Uint8Array(510);
const logarithms = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  exponents[power] = value;
  exponents[power + 255] = value;
  logarithms[value] = power;
  const doubled = value << 1;
  value ^= doubled & 0x100 ? doubled ^ 0x11b : doubled;
}

function multiply(one: number, other: number): number {
  if (one === 0 || other === 0) return 0;
  return exponents[(logarithms[one] ?? 0) + (logarithms[other] ?? 0)] ?? 0;
}

function divide(one: number, other: number): number {
  if (one === 0) return 0;
  return exponents[(logarithms[one] ?? 0) + 255 - (logarithms[other] ?? 0)] ?? 0;
}

/**
 * Splits a secret into `shares`, any `threshold` of which bring it back (Shamir, over GF(2^8)). Each is the value of one
 * polynomial a byte, with the place where it was taken as the last byte. Throws RangeError when the figures do not fit.
 */
export function splitSecret(secret: Uint8Array, shares: number, threshold: number): Buffer[] {
  if (threshold < 2 || shares < threshold || shares > 255 || secret.length === 0)
    throw new RangeError("shares and threshold do not fit");
  const places = drawPlaces(shares);
  const parts = places.map((place) => {
    const part = Buffer.alloc(secret.length + 1);
    part[secret.length] = place;
    return part;
  });
  secret.forEach((byte, index) => {
    const coefficients = [byte, ...randomBytes(threshold - 1)];
    places.forEach((place, which) => {
      const value = coefficients.reduceRight((sum, coefficient) => multiply(sum, place) ^ coefficient, 0);
      const part = parts[which];
      if (part) part[index] = value;
    });
  });
  return parts;
}

/** Different places, none of which is zero, where the secret itself lies. */
function drawPlaces(count: number): number[] {
  const left = Array.from({ length: 255 }, (_, index) => index + 1);
  return Array.from({ length: count }, () => left.splice(randomInt(left.length), 1)[0] ?? 0);
}

/**
 * What shares of one length bring back: the secret when there are enough of one splitting, and anything else otherwise.
 * Throws RangeError for shares of different lengths or of one place.
 */
export function combineShares(shares: readonly Uint8Array[]): Buffer {
  const [first] = shares;
  if (!first || shares.length < 2 || shares.some(({ length }) => length !== first.length || length < 2))
    throw new RangeError("shares do not fit");
  const places = shares.map((share) => share.at(-1) ?? 0);
  if (new Set(places).size < places.length) throw new RangeError("two shares of one place");
  const weights = places.map((place, which) =>
    places.reduce(
      (product, other, at) => (at === which ? product : multiply(product, divide(other, other ^ place))),
      1,
    ),
  );
  const secret = Buffer.alloc(first.length - 1);
  for (let index = 0; index < secret.length; index += 1) {
    secret[index] = shares.reduce(
      (sum, share, which) => sum ^ multiply(share[index] ?? 0, weights[which] ?? 0),
      0,
    );
  }
  return secret;
}
