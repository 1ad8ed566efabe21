import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AllowedNetwork, ProviderService } from "./service.ts";

/** Whoever may ask: the application and consumer that requests are signed for. */
export interface ProviderKeys {
  application: string;
  secret: string;
  consumer: string;
}

export interface ProviderApiOptions {
  /** Its own time, epoch milliseconds. */
  now(): number;
  keys: ProviderKeys;
  scheme: "http" | "https";
  services: readonly ProviderService[];
  /** Whether it refuses every change. */
  isRefusing(): boolean;
  /** What the consumer key was granted. */
  rules?: readonly { method: string; path: string }[];
}

const bodyLimit = 64 * 1024;
/** Seconds that a request's time may be off. */
const tolerance = 30;
const everything = ["GET", "POST", "PUT", "DELETE"].map((method) => ({ method, path: "/*" }));

interface Asked {
  method: string;
  path: readonly string[];
  query: URLSearchParams;
  body: unknown;
}
type Answer = readonly [status: number, value: unknown];

const missing: Answer = [404, { errorCode: "NOT_FOUND", message: "This service does not exist" }];

/** OVHcloud's API (version 1) as far as services and their allowlists go, with its signatures and clock. */
export class ProviderApi {
  /** The method and path of every request that was signed, oldest first. */
  readonly requests: string[] = [];
  private readonly options: ProviderApiOptions;

  constructor(options: ProviderApiOptions) {
    this.options = options;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const [status, value] = body === null ? tooLarge : this.answer(request, body);
    const words = value === undefined ? "" : JSON.stringify(value);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(words),
    });
    response.end(words);
  }

  private answer(request: IncomingMessage, words: string): Answer {
    const { method = "GET", url: target = "/" } = request;
    const { pathname, searchParams: query } = new URL(target, "http://provider.invalid");
    const [version, ...path] = pathname.split("/").slice(1).map(decodeURIComponent);
    if (version !== "1.0") return missing;
    const now = Math.floor(this.options.now() / 1000);
    if (path.join("/") === "auth/time") return [200, now];
    const refusal = this.refusalOf(request, words, now);
    if (refusal)
      return [refusal === "INVALID_SIGNATURE" ? 400 : 403, { errorCode: refusal, message: refusal }];
    this.requests.push(`${method} ${pathname}`);
    let body: unknown;
    try {
      body = words === "" ? null : JSON.parse(words);
    } catch {
      return [400, { errorCode: "INVALID_JSON", message: "Invalid JSON received" }];
    }
    if (path.join("/") === "auth/currentCredential") return [200, this.credential()];
    return this.below({ method, path, query, body });
  }

  private below({ method, path, query, body }: Asked): Answer {
    const [root, name, part, id, ...rest] = path;
    const service = this.options.services.find((each) => each.name === name);
    if (root !== "dedicatedCloud" || !service || rest.length > 0) return missing;
    if (method !== "GET" && this.options.isRefusing())
      return [409, { errorCode: "CONFLICT", message: "Another operation is under way on this service" }];
    if (part === undefined && method === "GET")
      return [200, { serviceName: service.name, userAccessPolicy: service.policy, state: "delivered" }];
    if (part === "allowedNetwork") return entries(service, method, id, body);
    if (part !== "task" || method !== "GET") return missing;
    service.tasks.settle();
    if (id === undefined) return [200, service.tasks.ids(query.get("state"))];
    const task = service.tasks.find(Number(id));
    return task ? [200, task] : missing;
  }

  private credential() {
    return {
      credentialId: 1,
      applicationId: 1,
      status: "validated",
      expiration: null,
      rules: this.options.rules ?? everything,
    };
  }

  /** The signature covers secret, consumer, method, whole URL, body and time, joined by plus signs (SHA-1). */
  private refusalOf({ headers, method, url }: IncomingMessage, body: string, now: number): string | null {
    const { keys, scheme } = this.options;
    if (headers["x-ovh-application"] !== keys.application) return "INVALID_KEY";
    if (headers["x-ovh-consumer"] !== keys.consumer) return "INVALID_CREDENTIAL";
    const time = String(headers["x-ovh-timestamp"]);
    if (!(Math.abs(Number(time) - now) <= tolerance)) return "QUERY_TIME_OUT";
    const whole = `${scheme}://${headers.host}${url}`;
    const words = [keys.secret, keys.consumer, method, whole, body, time].join("+");
    const wanted = `$1$${createHash("sha1").update(words).digest("hex")}`;
    return headers["x-ovh-signature"] === wanted ? null : "INVALID_SIGNATURE";
  }
}

function entries(service: ProviderService, method: string, id: string | undefined, body: unknown): Answer {
  if (id === undefined && method === "GET")
    return [200, service.entries.map(({ networkAccessId }) => networkAccessId)];
  const { network, description } = (body ?? {}) as Partial<Record<keyof AllowedNetwork, unknown>>;
  const words = typeof description === "string" ? description : null;
  if (id === undefined) {
    if (method !== "POST") return missing;
    const task = typeof network === "string" ? service.add(network, words) : null;
    return task ? [200, task] : [400, { errorCode: "INVALID_ARGUMENT", message: "Invalid ipv4Block" }];
  }
  const entry = service.find(Number(id));
  if (!entry) return missing;
  if (method === "GET") return [200, entry];
  if (method === "PUT") return [200, service.describe(entry, words)];
  return method === "DELETE" ? [200, service.remove(entry)] : missing;
}

const tooLarge: Answer = [413, { errorCode: "TOO_LARGE", message: "Request entity too large" }];

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return size > bodyLimit ? null : Buffer.concat(chunks).toString("utf8");
}
