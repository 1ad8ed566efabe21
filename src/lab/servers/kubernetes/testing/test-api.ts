import { request } from "node:https";
import { WebSocket } from "ws";
import { ManualClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { issue } from "../access/certificates.ts";
import type { KubernetesCredentials } from "../access/credentials.ts";
import type { Flavour } from "../api/flavour.ts";
import { Cluster } from "../cluster/cluster.ts";
import { ApiDoor } from "../door.ts";
import { isObject, type JsonObject } from "../store/object.ts";
import { ApiServer } from "../web-server.ts";

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; empty when it is none. */
  body: JsonObject;
}
export interface Asking {
  method?: string;
  body?: unknown;
  type?: string;
  accept?: string;
  as?: "operator" | "viewer" | "nobody" | "administrator" | "expired" | "stranger";
}

const now = new Date();
const authoritySubject = { commonName: "test-authority" };
const authority = issue(authoritySubject, { for: "authority" }, { issuer: null, now, days: 30 });
/** The certificate of the authority that vouches for the server, as PEM. */
export const testAuthority = authority.cert;
const issuer = { subject: authoritySubject, key: authority.key };
const masters = { commonName: "administrator", organizations: ["system:masters"] };
const credentials: KubernetesCredentials = {
  authority,
  server: issue(
    { commonName: "api" },
    { for: "server", names: ["localhost"], addresses: ["127.0.0.1"] },
    { issuer, now, days: 30 },
  ),
  administrator: issue(masters, { for: "client" }, { issuer, now, days: 30 }),
  expired: issue(masters, { for: "client" }, { issuer, now, days: -1 }),
  tokens: [
    { token: "operator-token", user: { name: "operator", groups: ["operators"] } },
    { token: "viewer-token", user: { name: "viewer", groups: ["viewers"] } },
    { token: "nobody-token", user: { name: "nobody", groups: [] } },
  ],
};

/** The lines of a watch as they come. */
export class Watching {
  readonly events: { type: string; object: JsonObject }[] = [];
  ended = false;
  private rest = "";

  feed(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.events.push(JSON.parse(line));
  }

  types(): string[] {
    return this.events.map((event) => event.type);
  }
}

/** A cluster whose time stands still until it is moved, and its API on a loopback port. */
export class TestApi {
  readonly clock = new ManualClock();
  readonly world: World;
  readonly cluster: Cluster;
  readonly failures: unknown[] = [];
  readonly door: ApiDoor;
  port = 0;
  private readonly server: ApiServer;
  private readonly closing = new AbortController();

  private constructor(draw: (world: World) => Cluster) {
    this.world = new World({ seed: 3, clock: this.clock });
    this.cluster = draw(this.world);
    const onFailure = (error: unknown) => this.failures.push(error);
    this.server = new ApiServer(this.cluster, credentials, onFailure);
    this.door = new ApiDoor(this.world, (stream) => this.server.connect(stream));
  }

  static start(extraPods = 0, flavour: Flavour = "usual"): Promise<TestApi> {
    return TestApi.of((world) => new Cluster({ world, extraPods, flavour }));
  }

  /** The API of a cluster that is drawn by the caller. */
  static async of(draw: (world: World) => Cluster): Promise<TestApi> {
    const api = new TestApi(draw);
    api.port = await api.door.listen(0, (error) => api.failures.push(error));
    return api;
  }

  /** Closes everything, and throws what went wrong inside. */
  async close(): Promise<void> {
    this.closing.abort();
    this.server.close();
    this.cluster.close();
    this.world.close();
    await this.door.close();
    const [failure] = this.failures;
    if (failure !== undefined) throw failure;
  }

  private options(path: string, asking: Asking) {
    const { as = "administrator" } = asking;
    const bearer = as === "stranger" ? "nonsense" : `${as}-token`;
    const isCertified = as === "administrator" || as === "expired";
    return {
      host: "127.0.0.1",
      port: this.port,
      path,
      method: asking.method ?? "GET",
      ca: authority.cert,
      agent: false as const,
      signal: this.closing.signal,
      ...(isCertified ? credentials[as] : {}),
      headers: {
        ...(isCertified ? {} : { authorization: `Bearer ${bearer}` }),
        ...(asking.accept ? { accept: asking.accept } : {}),
        ...(asking.body === undefined ? {} : { "content-type": asking.type ?? "application/json" }),
      },
    };
  }

  /** One request to its end; rejects when the connection breaks. */
  ask(path: string, asking: Asking = {}): Promise<Answer> {
    const { body: given } = asking;
    const content = given === undefined ? "" : typeof given === "string" ? given : JSON.stringify(given);
    const options = this.options(path, asking);
    // Node's client does not say by itself how long the body of a DELETE is.
    const headers = { ...options.headers, "content-length": Buffer.byteLength(content) };
    return new Promise((resolve, reject) => {
      const sent = request({ ...options, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          let body: JsonObject = {};
          try {
            const parsed: unknown = JSON.parse(text);
            if (isObject(parsed)) body = parsed;
          } catch {
            // No JSON: the text is what a test looks at.
          }
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body });
        });
      });
      sent.once("error", reject);
      sent.end(content);
    });
  }

  /** Begins a watch; resolves when it was let in. */
  watch(path: string): Promise<Watching> {
    const watching = new Watching();
    return new Promise((resolve, reject) => {
      const sent = request(this.options(path, {}), (response) => {
        response.on("data", (chunk: Buffer) => watching.feed(chunk.toString("utf8")));
        const end = () => {
          watching.ended = true;
        };
        response.on("error", end);
        response.once("close", end);
        resolve(watching);
      });
      sent.once("error", reject);
      sent.end();
    });
  }

  /** Runs a command in a pod; `messages` are channel bytes and text. */
  exec(path: string, as = "operator"): WebSocket {
    return this.socket(path, "v5.channel.k8s.io", as);
  }

  /** A WebSocket that speaks a protocol of Kubernetes. */
  socket(path: string, protocol: string, as = "operator"): WebSocket {
    return new WebSocket(`wss://127.0.0.1:${this.port}${path}`, protocol, {
      ca: authority.cert,
      headers: { authorization: `Bearer ${as}-token` },
    });
  }

  /** Moves world time on in steps, so that what follows from what has its turn. */
  async settle(milliseconds: number): Promise<void> {
    for (let gone = 0; gone < milliseconds; gone += 500) {
      this.clock.advance(500);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
