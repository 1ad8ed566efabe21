import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** A secret that cannot occur by chance; the marks in it are changed by JSON and by URLs. */
export function markedSecret(name: string): string {
  return `${name}:"\\ é/${randomBytes(12).toString("base64url")}+&%`;
}

/** The Base64 characters that a value always leaves in a longer Base64 text, for each place where it may start. */
function base64Cores(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** The shapes in which a secret is looked for: as it is, and as programs write values into other texts. */
export function shapesOf(secret: string): ReadonlyMap<string, string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString("hex");
  const ascii = json.replace(/[^ -~]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const shapes = new Map([
    ["raw", secret],
    ["JSON", json],
    ["JSON in JSON", JSON.stringify(json).slice(1, -1)],
    ["JSON in ASCII", ascii],
    ["URL", url],
    ["form", url.replaceAll("%20", "+")],
    ["hexadecimal", hex],
    ["HEXADECIMAL", hex.toUpperCase()],
    // The part that no encoding of text changes: a secret cut in the middle is given away as well.
    ["core", /[\w-]{16}(?=\+&%)/.exec(secret)?.[0] ?? secret],
  ]);
  for (const [place, core] of base64Cores(secret).entries()) {
    shapes.set(`Base64 at ${place}`, core);
    shapes.set(`base64url at ${place}`, core.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return shapes;
}

/** Something that was written or sent, with a name to tell it by. */
export interface Haystack {
  name: string;
  bytes: Buffer;
}

/** Where any of the secrets is found, in any shape: `NAME: SECRET as SHAPE`. */
export function findSecrets(haystacks: readonly Haystack[], secrets: Record<string, string>): string[] {
  return haystacks.flatMap(({ name, bytes }) =>
    Object.entries(secrets).flatMap(([secret, value]) =>
      [...shapesOf(value)].flatMap(([shape, form]) =>
        bytes.includes(Buffer.from(form)) || bytes.includes(Buffer.from(form, "utf16le"))
          ? [`${name}: ${secret} as ${shape}`]
          : [],
      ),
    ),
  );
}

/** Every file below a folder. */
export function filesBelow(folder: string): Haystack[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(folder, path), bytes: readFileSync(path) }));
}
