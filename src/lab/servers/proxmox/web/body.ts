import type { IncomingMessage } from "node:http";
import { Failure } from "../api/failure.ts";

const bodyLimit = 512 * 1024;

/** What a request gives beside its path: its query and, for a write, its body as a form or JSON. Throws a Failure. */
export async function readGiven(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Map<string, string>> {
  const given = new Map(query);
  // Browsers put it there so that nothing is cached.
  given.delete("_dc");
  if (request.method !== "POST" && request.method !== "PUT") return given;
  const words = await readBody(request);
  const type = (request.headers["content-type"] ?? "application/x-www-form-urlencoded").split(";")[0]?.trim();
  if (type === "application/x-www-form-urlencoded") {
    for (const [name, value] of new URLSearchParams(words)) given.set(name, value);
  } else if (type === "application/json") {
    for (const [name, value] of Object.entries(objectOf(words))) given.set(name, wordOf(value));
  } else throw new Failure(506, `upload 'Content-Type '${type}' not implemented`);
  return given;
}

function wordOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function objectOf(words: string): object {
  if (words === "") return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(words);
  } catch {
    throw new Failure(400, "malformed JSON string");
  }
  if (typeof parsed !== "object" || parsed === null) throw new Failure(400, "malformed JSON string");
  return parsed;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bodyLimit) throw new Failure(501, "for data too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
