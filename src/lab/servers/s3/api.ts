import type { IncomingMessage, ServerResponse } from "node:http";
import { checkSignature, type S3Key, type SignatureVerdict } from "./signature.ts";
import type { Bucket, BucketObject, BucketStore } from "./store.ts";

const bodyLimit = 8 * 1024 * 1024;
const mostKeys = 1000;
const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

export interface S3ApiParts {
  store: BucketStore;
  keys: readonly S3Key[];
}

/** An error of S3, as its `Code` and HTTP status. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, words: string) {
    super(words);
    this.status = status;
    this.code = code;
  }
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** Amazon's S3 REST API, path style, signed with version 4: what a console and backup programs ask for. */
export class S3Api {
  private readonly parts: S3ApiParts;

  constructor(parts: S3ApiParts) {
    this.parts = parts;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = this.route(request, await readBody(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const words = `<Code>${error.code}</Code><Message>${escaped(error.message)}</Message>`;
      answer = xml(error.status, "Error", words, false);
    }
    const bytes = Buffer.from(answer.body ?? "");
    response.writeHead(answer.status, { "content-length": bytes.length, ...answer.headers });
    response.end(request.method === "HEAD" ? undefined : bytes);
  }

  private route(request: IncomingMessage, body: Buffer): Answer {
    refuse(checkSignature(request, body, this.parts.keys, Date.now()));
    const { method = "GET" } = request;
    const url = new URL(request.url ?? "/", "http://lab");
    const [, name = "", key = ""] = /^\/([^/]*)(?:\/(.*))?$/.exec(decoded(url.pathname)) ?? [];
    if (name === "") {
      if (method === "GET") return this.listBuckets();
      throw new Refusal(405, "MethodNotAllowed", "The specified method is not allowed.");
    }
    const bucket = this.parts.store.buckets.get(name);
    if (key === "" && method === "PUT" && url.search === "") {
      if (bucket) throw new Refusal(409, "BucketAlreadyOwnedByYou", "You own it already.");
      this.parts.store.bucket(name);
      return { status: 200 };
    }
    if (!bucket) throw new Refusal(404, "NoSuchBucket", "The specified bucket does not exist.");
    return key === "" ? ofBucket(method, bucket, url.searchParams) : this.ofObject(method, bucket, key, body);
  }

  private listBuckets(): Answer {
    const buckets = [...this.parts.store.buckets.values()].map(
      ({ name, createdAt }) =>
        `<Bucket><Name>${escaped(name)}</Name><CreationDate>${moment(createdAt)}</CreationDate></Bucket>`,
    );
    const owner = "<Owner><ID>lab</ID><DisplayName>lab</DisplayName></Owner>";
    return xml(200, "ListAllMyBucketsResult", `${owner}<Buckets>${buckets.join("")}</Buckets>`);
  }

  private ofObject(method: string, bucket: Bucket, key: string, body: Buffer): Answer {
    if (method === "PUT") {
      const { etag } = this.parts.store.put(bucket.name, key, body);
      return { status: 200, headers: { etag: `"${etag}"` } };
    }
    const object = bucket.objects.get(key);
    if (method === "DELETE") {
      if (object && isLocked(bucket, object, this.parts.store.now()))
        throw new Refusal(403, "AccessDenied", "The object is locked.");
      bucket.objects.delete(key);
      return { status: 204 };
    }
    if (!object) throw new Refusal(404, "NoSuchKey", "The specified key does not exist.");
    const headers = {
      etag: `"${object.etag}"`,
      "last-modified": new Date(object.modifiedAt).toUTCString(),
      "content-type": "application/octet-stream",
    };
    if (method === "HEAD")
      return { status: 200, headers: { ...headers, "content-length": String(object.size) } };
    if (method !== "GET") throw new Refusal(405, "MethodNotAllowed", "The specified method is not allowed.");
    return { status: 200, headers, body: object.body ?? Buffer.alloc(Math.min(object.size, bodyLimit)) };
  }
}

function ofBucket(method: string, bucket: Bucket, query: URLSearchParams): Answer {
  if (method === "HEAD") return { status: 200, headers: { "x-amz-bucket-region": "us-east-1" } };
  if (method !== "GET") throw new Refusal(405, "MethodNotAllowed", "The specified method is not allowed.");
  if (query.has("location")) return xml(200, "LocationConstraint", "");
  if (query.has("versioning")) {
    const word = { on: "Enabled", suspended: "Suspended", off: null }[bucket.versioning];
    return xml(200, "VersioningConfiguration", word === null ? "" : `<Status>${word}</Status>`);
  }
  if (query.has("object-lock")) return lockOf(bucket);
  return listObjects(bucket, query);
}

function lockOf({ lock }: Bucket): Answer {
  if (lock === null) {
    const words = "Object Lock configuration does not exist for this bucket";
    throw new Refusal(404, "ObjectLockConfigurationNotFoundError", words);
  }
  const rule =
    lock === "no-default"
      ? ""
      : `<Rule><DefaultRetention><Mode>${lock.mode}</Mode><Days>${lock.days}</Days></DefaultRetention></Rule>`;
  return xml(200, "ObjectLockConfiguration", `<ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}`);
}

function listObjects(bucket: Bucket, query: URLSearchParams): Answer {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const asked = Number(query.get("max-keys") ?? mostKeys);
  if (!Number.isInteger(asked) || asked < 0) throw new Refusal(400, "InvalidArgument", "max-keys");
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const shown = keys.slice(0, Math.min(asked, mostKeys));
  const isCut = shown.length < keys.length;
  const isEncoded = query.get("encoding-type") === "url";
  const written = isEncoded ? encodeURIComponent : escaped;
  const contents = shown
    .flatMap((key) => bucket.objects.get(key) ?? [])
    .map((each) => shownObject(each, written));
  const encoding = isEncoded ? "<EncodingType>url</EncodingType>" : "";
  const next = isCut ? `<NextContinuationToken>${escaped(shown.at(-1) ?? "")}</NextContinuationToken>` : "";
  return xml(
    200,
    "ListBucketResult",
    `<Name>${escaped(bucket.name)}</Name><Prefix>${written(prefix)}</Prefix><KeyCount>${shown.length}</KeyCount>` +
      `<MaxKeys>${asked}</MaxKeys>${encoding}<IsTruncated>${isCut}</IsTruncated>${next}${contents.join("")}`,
  );
}

function shownObject(
  { key, size, etag, modifiedAt }: BucketObject,
  written: (key: string) => string,
): string {
  return (
    `<Contents><Key>${written(key)}</Key><LastModified>${moment(modifiedAt)}</LastModified>` +
    `<ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  );
}

function isLocked({ lock }: Bucket, { modifiedAt }: BucketObject, now: number): boolean {
  return lock !== null && lock !== "no-default" && modifiedAt + lock.days * 86_400_000 > now;
}

function refuse(verdict: SignatureVerdict): void {
  if (verdict === "right") return;
  const [status, code] = {
    missing: [403, "AccessDenied"] as const,
    "unknown-key": [403, "InvalidAccessKeyId"] as const,
    "wrong-signature": [403, "SignatureDoesNotMatch"] as const,
    "too-skewed": [403, "RequestTimeTooSkewed"] as const,
    "wrong-hash": [400, "XAmzContentSHA256Mismatch"] as const,
  }[verdict];
  throw new Refusal(status, code, "The request is not signed as it should be.");
}

function xml(status: number, root: string, inner: string, named = true): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${named ? ` xmlns="${namespace}"` : ""}>${inner}</${root}>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

const moment = (at: number) => new Date(at).toISOString();

function escaped(words: string): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  if (size > bodyLimit) throw new Refusal(400, "EntityTooLarge", "The object is too large.");
  return Buffer.concat(chunks);
}
