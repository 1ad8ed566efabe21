import { createHash } from "node:crypto";

/** The keys of an account's application. */
export interface OvhKeys {
  applicationKey: string;
  applicationSecret: string;
  consumerKey: string;
}

/** What is signed of a request: its URL as it is sent, with the query, and the seconds of the API's own clock. */
export interface Signed {
  method: string;
  url: string;
  body: string;
  time: number;
}

/** The headers that sign a request (OVHcloud, "First steps with the API"): SHA-1 over secrets and request. */
export function signedHeaders(keys: OvhKeys, { method, url, body, time }: Signed): Record<string, string> {
  const words = [keys.applicationSecret, keys.consumerKey, method, url, body, String(time)].join("+");
  return {
    "x-ovh-application": keys.applicationKey,
    "x-ovh-consumer": keys.consumerKey,
    "x-ovh-timestamp": String(time),
    "x-ovh-signature": `$1$${createHash("sha1").update(words, "utf8").digest("hex")}`,
  };
}
