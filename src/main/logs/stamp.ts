const zero = 48;
const nine = 57;
/** Places of the separators in `2026-05-12T08:00:00`. */
const separators: readonly (readonly [number, number])[] = [
  [4, 45],
  [7, 45],
  [10, 84],
  [13, 58],
  [16, 58],
];
const head = 19;
const none = { at: null, length: 0 } as const;

/**
 * Reads the time that a line begins with (RFC 3339, any precision) and the space behind it: epoch milliseconds with
 * fractions, and how many bytes that took. A line without a time takes none.
 */
export function stampAt(line: Uint8Array): { at: number | null; length: number } {
  for (const [place, byte] of separators) if (line[place] !== byte) return none;
  const year = digits(line, 0, 4);
  const month = digits(line, 5, 2);
  const day = digits(line, 8, 2);
  const seconds = digits(line, 11, 2) * 3600 + digits(line, 14, 2) * 60 + digits(line, 17, 2);
  let place = head;
  let fraction = 0;
  if (line[place] === 46) {
    let weight = 100;
    for (place += 1; isDigit(line[place]) && place < head + 11; place++, weight /= 10) {
      fraction += ((line[place] ?? zero) - zero) * weight;
    }
  }
  const zone = zoneAt(line, place);
  const at = (daysBefore(year, month, day) * 86_400 + seconds - zone.seconds) * 1000 + fraction;
  if (Number.isNaN(at) || month < 1 || month > 12 || day < 1 || day > 31) return none;
  const length = place + zone.length;
  if (line[length] === 32) return { at, length: length + 1 };
  return line[length] === undefined ? { at, length } : none;
}

function zoneAt(line: Uint8Array, place: number): { seconds: number; length: number } {
  const sign = line[place];
  if (sign === 90) return { seconds: 0, length: 1 };
  if ((sign !== 43 && sign !== 45) || line[place + 3] !== 58) return { seconds: Number.NaN, length: 0 };
  const away = digits(line, place + 1, 2) * 3600 + digits(line, place + 4, 2) * 60;
  return { seconds: sign === 43 ? away : -away, length: 6 };
}

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
function daysBefore(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** A number of so many digits; NaN where there is anything else. */
function digits(line: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let place = from; place < from + count; place++) {
    const byte = line[place];
    if (!isDigit(byte)) return Number.NaN;
    value = value * 10 + byte - zero;
  }
  return value;
}

function isDigit(byte: number | undefined): byte is number {
  return byte !== undefined && byte >= zero && byte <= nine;
}
