import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import { answerGarbage, answerTooLarge, answerTruncated, closedWithoutAnswer } from "./faults.ts";
import type { AmtPlace } from "./place.ts";
import type { StreamAgent } from "./stream-agent.ts";

const mostHeaderBytes = 64 * 1024;
const mostBodyBytes = 4 * 1024 * 1024;

/** One HTTP answer: its status, its WWW-Authenticate headers and its body as UTF-8. */
export interface Answer {
  status: number;
  challenges: string[];
  body: string;
}

/** The path of WS-Management on every AMT. */
export const wsmanPath = "/wsman";

/**
 * Posts one body and reads one answer over the agent's stream. Throws OpsErrors `amt.closed` (no answer began),
 * `amt.truncated`, `amt.too-large`, `amt.garbage`, or what the signal was aborted with; the stream is gone then.
 */
export function exchange(
  agent: StreamAgent,
  place: AmtPlace,
  post: { body: string; authorization: string | null; signal: AbortSignal },
): Promise<Answer> {
  const { signal } = post;
  return new Promise<Answer>((resolve, reject) => {
    let over = false;
    const fail = (error: OpsError) => {
      // What a destroyed request says afterwards must not touch the stream of the next one.
      if (over) return;
      over = true;
      signal.removeEventListener("abort", onAbort);
      agent.drop();
      reject(error);
    };
    const onAbort = () => {
      outgoing?.destroy();
      fail(abortFault(signal));
    };
    let outgoing: ClientRequest | null = null;
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    let begun: IncomingMessage | null = null;
    const bytes = Buffer.from(post.body, "utf8");
    outgoing = request({
      agent,
      method: "POST",
      path: wsmanPath,
      host: place.address,
      port: place.port,
      maxHeaderSize: mostHeaderBytes,
      headers: {
        Host: hostAndPort(place.address, place.port),
        "Content-Type": "application/soap+xml; charset=utf-8",
        "Content-Length": bytes.length,
        ...(post.authorization === null ? {} : { Authorization: post.authorization }),
      },
    });
    outgoing.on("error", (error) => {
      // A connection that breaks while it is closed, after the whole answer has come, takes nothing back.
      if (!begun?.complete) fail(explain(place.name, error, begun !== null));
    });
    outgoing.on("response", (incoming) => {
      begun = incoming;
      readBody(incoming, place.name).then((body) => {
        over = true;
        signal.removeEventListener("abort", onAbort);
        resolve({
          status: incoming.statusCode ?? 0,
          challenges: incoming.headersDistinct["www-authenticate"] ?? [],
          body,
        });
      }, fail);
    });
    outgoing.end(bytes);
  });
}

function readBody(incoming: IncomingMessage, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBodyBytes) {
        reject(answerTooLarge(name));
        incoming.destroy();
        return;
      }
      chunks.push(chunk);
    });
    incoming.on("error", (error) => reject(answerTruncated(name, error)));
    incoming.on("close", () => {
      if (!incoming.complete) reject(answerTruncated(name));
    });
    incoming.on("end", () => resolve(new TextDecoder().decode(Buffer.concat(chunks))));
  });
}

function explain(name: string, error: NodeJS.ErrnoException, begun: boolean): OpsError {
  const code = error.code ?? "";
  if (code === "HPE_HEADER_OVERFLOW") return answerTooLarge(name);
  if (code === "HPE_INVALID_EOF_STATE") return answerTruncated(name, error);
  if (code.startsWith("HPE_")) return answerGarbage(name, "HTTP", error);
  return begun ? answerTruncated(name, error) : closedWithoutAnswer(name, error);
}
