import { request as askPlainly } from "node:http";
import { request as askSecurely } from "node:https";

const deadline = 10_000;
const mostBytes = 1024 * 1024;

export interface JsonAsked {
  method: "GET" | "POST";
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** The PEM of the authority that vouches for who answers. */
  authority?: string;
}

/** One request and its answer as JSON; null where that is none. Throws when nobody answers in time. */
export function askJson({
  method,
  url,
  headers = {},
  body,
  authority,
}: JsonAsked): Promise<{ status: number; json: unknown }> {
  const isSecure = new URL(url).protocol === "https:";
  const options = {
    method,
    headers: { accept: "application/json", ...headers },
    signal: AbortSignal.timeout(deadline),
    agent: false as const,
    ...(authority ? { ca: authority } : {}),
  };
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? askSecurely : askPlainly)(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > mostBytes) sent.destroy(new Error("the answer is too large"));
        chunks.push(chunk);
      });
      incoming.once("error", reject);
      incoming.once("end", () => {
        let json: unknown = null;
        try {
          json = JSON.parse(Buffer.concat(chunks).toString("utf8"));
        } catch {
          // Not JSON: whoever asked sees nothing in it.
        }
        resolve({ status: incoming.statusCode ?? 0, json });
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

/** A member of something that may be anything. */
export function member(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined),
    value,
  );
}
