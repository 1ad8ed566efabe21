import { mask } from "./held-secret.ts";

/** Shorter values would blot out ordinary words; they are too short to be kept from guessing anyway. */
const shortest = 4;
/** A line of a longer secret (a private key) is looked for by itself from this length on. */
const shortestLine = 16;
/** Fewer characters from the middle of a Base64 text would match by chance. */
const shortestBase64 = 8;
/** Deeper data is replaced whole: nothing that is logged or journalled nests so far. */
const deepest = 64;

/**
 * The Base64 characters that `value` always leaves in a longer Base64 text (`user:value` in an Authorization header)
 * for each of the three positions at which it may start; the characters that its neighbours share are left out.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, "utf8");
  const forms = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(from, to);
  });
  const whole = bytes.toString("base64");
  return [whole, whole.replace(/=+$/, ""), ...forms.filter((form) => form.length >= shortestBase64)].flatMap(
    (form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")],
  );
}

/** `value` with everything but letters and digits as %XX; null where it is no well-formed Unicode. */
function urlForm(value: string): string | null {
  try {
    return encodeURIComponent(value);
  } catch {
    return null;
  }
}

/** Every shape in which a value may turn up in a text. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const url = urlForm(value);
  return [
    value,
    json,
    // A JSON text that was put into another one.
    JSON.stringify(json).slice(1, -1),
    ...base64Forms(value),
    Buffer.from(value, "utf8").toString("hex"),
    ...(url === null
      ? []
      : [url, url.replaceAll("%20", "+"), url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]),
  ];
}

/**
 * Knows every secret that was revealed in this process and replaces it by `[secret]` in what is about to be written
 * down, as it is and in Base64, hexadecimal, URL-encoded and JSON-escaped shape. The last line of defence: nothing is
 * meant to hand it a secret in the first place.
 */
export class Redaction {
  readonly #forms = new Set<string>();
  readonly #values = new Set<string>();
  #pattern: RegExp | null = null;

  /** Remembers a value for the life of the process; values below four characters cannot be told from words. */
  add(value: string): void {
    if (value.length < shortest || this.#values.has(value)) return;
    this.#values.add(value);
    const lines = value.includes("\n")
      ? value.split(/\r?\n/).filter((line) => line.length >= shortestLine)
      : [];
    for (const part of [value, ...lines]) for (const form of formsOf(part)) this.#forms.add(form);
    this.#pattern = null;
  }

  /** The same words with every known secret replaced. */
  text(words: string): string {
    if (this.#forms.size === 0) return words;
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join("|"),
      "g",
    );
    return words.replace(this.#pattern, mask);
  }

  /** A copy of plain data (JSON) with every known secret replaced, in keys as well; never throws. */
  data<Data>(data: Data): Data {
    return this.#copy(data, 0, new Set()) as Data;
  }

  #copy(value: unknown, depth: number, above: Set<object>): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth > deepest || above.has(value)) return "[left out]";
    above.add(value);
    const copy = Array.isArray(value)
      ? value.map((item) => this.#copy(item, depth + 1, above))
      : Object.fromEntries(
          Object.entries(value).map(([key, item]) => [this.text(key), this.#copy(item, depth + 1, above)]),
        );
    above.delete(value);
    return copy;
  }
}
