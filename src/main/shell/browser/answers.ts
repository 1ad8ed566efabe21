import type { ServerResponse } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { commonHeaders } from "../content/page-policy.ts";
import type { RendererFile } from "../content/renderer-files.ts";
import type { Refusal } from "./request-guard.ts";

type Encoding = "br" | "gzip" | "identity";

/** Below this many bytes compression costs more than it saves. */
const worthCompressing = 1400;
const compressible = /^(?:text\/|application\/json|image\/svg)/;

/** Sends a whole answer; for HEAD, Node leaves the body out. Nothing is kept by caches unless `headers` say so. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer | string = "",
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    ...commonHeaders,
    "cache-control": "no-store",
    ...headers,
    ...(status === 204 ? {} : { "content-length": String(bytes.length) }),
  });
  response.end(bytes);
}

/** Turns a request away with its status and one line of text. */
export function sendRefusal(response: ServerResponse, { status, reason }: Refusal): void {
  const headers: Record<string, string> = {
    "content-type": "text/plain; charset=utf-8",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    connection: "close",
  };
  if (status === 405) headers.allow = "GET, HEAD";
  send(response, status, headers, `${reason}\n`);
}

/** Sends the renderer's assets, compressed as the browser likes it; each file is compressed once. */
export class AssetSender {
  readonly #compressed = new Map<RendererFile, Map<Encoding, Promise<Buffer>>>();

  async send(response: ServerResponse, file: RendererFile, accepted: string | undefined): Promise<void> {
    const encoding = chooseEncoding(file, accepted);
    const headers: Record<string, string> = {
      "content-type": file.type,
      "cache-control": file.hashed ? "public, max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
    };
    if (encoding !== "identity") headers["content-encoding"] = encoding;
    send(response, 200, headers, await this.#encode(file, encoding));
  }

  #encode(file: RendererFile, encoding: Encoding): Promise<Buffer> {
    if (encoding === "identity") return Promise.resolve(file.body);
    const known = this.#compressed.get(file) ?? new Map<Encoding, Promise<Buffer>>();
    this.#compressed.set(file, known);
    const compressed = known.get(encoding) ?? compress(file.body, encoding);
    known.set(encoding, compressed);
    return compressed;
  }
}

function chooseEncoding(file: RendererFile, accepted = ""): Encoding {
  if (file.body.length < worthCompressing || !compressible.test(file.type)) return "identity";
  const offers = accepted
    .split(",")
    .map((offer) => offer.trim())
    .filter((offer) => !/;\s*q=0(?:\.0*)?$/.test(offer))
    .map((offer) => offer.split(";")[0]);
  if (offers.includes("br")) return "br";
  return offers.includes("gzip") ? "gzip" : "identity";
}

/** Light settings: the first page must not wait for the last percent. */
async function compress(body: Buffer, encoding: "br" | "gzip"): Promise<Buffer> {
  if (encoding === "gzip") return await promisify(gzip)(body);
  return await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}
