import type { S3ClientConfig } from "@aws-sdk/client-s3";
import type { WebAnswer, WebService } from "../../reach/web-service.ts";
import { service } from "./faults.ts";

type Handler = Extract<NonNullable<S3ClientConfig["requestHandler"]>, { handle: unknown }>;

/** What the SDK hands over to be sent: signed already. */
interface Request {
  method: string;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** The service answered with something of S3 that is not what was asked for: it does not know the question. */
export class NotTold extends Error {}

/** What the answers to the questions of the console begin with. */
const roots = [
  ["object-lock", "ObjectLockConfiguration"],
  ["versioning", "VersioningConfiguration"],
  ["list-type", "ListBucketResult"],
] as const;
const root = /^\uFEFF?(?:<\?xml[^>]*\?>)?\s*<([A-Za-z]+)[\s/>]/;

/**
 * What AWS's SDK sends its signed requests by: the connections of the console, with their hops, pins and deadlines. What is
 * no answer of S3, such as a proxy's page, is an error here already: the SDK would take it for an empty list.
 */
export function transport(web: WebService, name: string): Handler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request: Request, options?: { abortSignal?: unknown }) {
      const abortSignal = options?.abortSignal;
      const answer = await web.ask({
        method: request.method,
        path: `${request.path}${queryOf(request.query)}`,
        headers: { ...headersOf(request.headers), accept: "application/xml" },
        body: typeof request.body === "string" ? request.body : null,
        signal: abortSignal instanceof AbortSignal ? abortSignal : new AbortController().signal,
      });
      if (answer.status < 300 && request.method === "GET") check(answer, request, name);
      return {
        response: {
          statusCode: answer.status,
          headers: headersOf(answer.headers),
          body: Buffer.from(answer.words, "utf8"),
        },
      };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
    destroy: () => {},
  } as Handler;
}

function check({ words }: WebAnswer, { query }: Request, name: string): void {
  const found = root.exec(words)?.[1];
  const asked = roots.find(([key]) => Object.hasOwn(query, key));
  const wanted = asked?.[1] ?? "ListAllMyBucketsResult";
  if (found === wanted) return;
  // Services that do not know a part of a bucket list its objects instead.
  if (asked && found === "ListBucketResult") throw new NotTold(wanted);
  throw service.http(name).garbage();
}

/** The query as it is signed: sorted by name, and encoded as RFC 3986 has it. */
function queryOf(query: Request["query"]): string {
  const pairs = Object.entries(query)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([key, value]) => [value ?? ""].flat().map((each) => `${encoded(key)}=${encoded(each)}`));
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function encoded(word: string): string {
  return encodeURIComponent(word).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
