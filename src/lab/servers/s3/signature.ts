import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface S3Key {
  accessKey: string;
  secretKey: string;
}

export type SignatureVerdict =
  | "right"
  | "missing"
  | "unknown-key"
  | "wrong-signature"
  | "too-skewed"
  | "wrong-hash";

const mostSkew = 15 * 60_000;
const pattern =
  /^AWS4-HMAC-SHA256 Credential=([^,\s]+)\/(\d{8})\/([^/,\s]+)\/s3\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;
const unsigned = "UNSIGNED-PAYLOAD";

/** Checks the signature of a request in its headers (AWS Signature Version 4 for S3); `now` is the wall's time. */
export function checkSignature(
  request: Pick<IncomingMessage, "method" | "url" | "headers">,
  body: Buffer,
  keys: readonly S3Key[],
  now: number,
): SignatureVerdict {
  const { headers } = request;
  const found = pattern.exec(one(headers.authorization));
  if (!found) return "missing";
  const [, accessKey = "", day = "", region = "", signedHeaders = "", signature = ""] = found;
  const key = keys.find((each) => each.accessKey === accessKey);
  if (!key) return "unknown-key";
  const date = one(headers["x-amz-date"]);
  const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!Number.isFinite(at) || Math.abs(at - now) > mostSkew) return "too-skewed";
  const claimed = one(headers["x-amz-content-sha256"]) || unsigned;
  if (claimed !== unsigned && claimed !== sha256(body)) return "wrong-hash";
  const canonical = [
    request.method ?? "GET",
    new URL(request.url ?? "/", "http://lab").pathname,
    canonicalQuery(request.url ?? "/"),
    ...signedHeaders.split(";").map((name) => `${name}:${one(headers[name]).trim().replace(/\s+/g, " ")}`),
    "",
    signedHeaders,
    claimed,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const words = ["AWS4-HMAC-SHA256", date, scope, sha256(Buffer.from(canonical))].join("\n");
  const signing = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${key.secretKey}`,
  );
  const wanted = Buffer.from(createHmac("sha256", signing).update(words).digest("hex"));
  return timingSafeEqual(wanted, Buffer.from(signature)) ? "right" : "wrong-signature";
}

function canonicalQuery(url: string): string {
  const encode = (word: string) =>
    encodeURIComponent(word).replace(
      /[!'()*]/g,
      (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  const pairs = [...new URL(url, "http://lab").searchParams].map(
    ([name, value]) => `${encode(name)}=${encode(value)}`,
  );
  return pairs.sort().join("&");
}

function one(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
