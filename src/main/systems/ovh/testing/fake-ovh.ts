import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeZoneRecord {
  id: number;
  fieldType: string;
  subDomain: string;
  target: string;
  ttl: number;
}

/** The application and consumer that the fake knows. */
export const fakeKeys = {
  application: "applicationkey01",
  secret: "application-secret",
  consumer: "consumer-key",
};

/** A small OVHcloud API in memory, for one zone; `answer` may take a request in its place. */
export class FakeOvh {
  readonly zone: string;
  records: FakeZoneRecord[] = [];
  readonly requests: string[] = [];
  /** How far its clock is ahead in seconds. */
  ahead = 0;
  credential: object = { status: "validated", expiration: null };
  /** Told of what the name servers are handed. */
  onRefresh: (records: readonly FakeZoneRecord[]) => void = () => {};
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #made = 100;

  constructor(zone: string) {
    this.zone = zone;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/1.0`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const { method = "GET", url: path = "/" } = request;
    this.requests.push(`${method} ${path}`);
    if (this.answer?.(request, response)) return;
    const send = (status: number, value?: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? "" : JSON.stringify(value));
    };
    const now = Math.floor(Date.now() / 1000) + this.ahead;
    if (path === "/1.0/auth/time") return send(200, now);
    const refusal = this.#refusal(request, body, now);
    if (refusal) return send(refusal === "INVALID_SIGNATURE" ? 400 : 403, { errorCode: refusal });
    const url = new URL(path, "http://fake");
    if (url.pathname === "/1.0/auth/currentCredential") return send(200, this.credential);
    const below = `/1.0/domain/zone/${this.zone}`;
    if (!url.pathname.startsWith(below)) return send(404, { errorCode: "NOT_FOUND" });
    const [, what, id] = url.pathname.slice(below.length).split("/");
    if (what === "refresh" && method === "POST") {
      this.onRefresh(this.records);
      return send(200, null);
    }
    if (what !== "record") return send(404, {});
    if (id === undefined && method === "GET") return send(200, this.#listed(url.searchParams));
    if (id === undefined && method === "POST") {
      this.#made += 1;
      const made = { id: this.#made, ttl: 0, ...JSON.parse(body) } as FakeZoneRecord;
      this.records.push(made);
      return send(200, made);
    }
    const record = this.records.find((each) => String(each.id) === id);
    if (!record) return send(404, { message: "This service does not exist" });
    if (method === "PUT") Object.assign(record, JSON.parse(body));
    if (method === "DELETE") this.records = this.records.filter((each) => each !== record);
    return send(200, method === "GET" ? record : null);
  }

  #listed(query: URLSearchParams): number[] {
    return this.records
      .filter(({ fieldType }) => fieldType === query.get("fieldType"))
      .filter(({ subDomain }) => subDomain === (query.get("subDomain") ?? subDomain))
      .map(({ id }) => id);
  }

  #refusal({ headers, method, url }: IncomingMessage, body: string, now: number): string | null {
    if (headers["x-ovh-application"] !== fakeKeys.application) return "INVALID_KEY";
    if (headers["x-ovh-consumer"] !== fakeKeys.consumer) return "INVALID_CREDENTIAL";
    const time = String(headers["x-ovh-timestamp"]);
    if (Math.abs(Number(time) - now) > 30) return "QUERY_TIME_OUT";
    const words = `${fakeKeys.secret}+${fakeKeys.consumer}+${method}+http://${headers.host}${url}+${body}+${time}`;
    const wanted = `$1$${createHash("sha1").update(words).digest("hex")}`;
    return headers["x-ovh-signature"] === wanted ? null : "INVALID_SIGNATURE";
  }
}
