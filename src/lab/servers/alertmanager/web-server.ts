import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import type { Alert, Alerts } from "./alerts.ts";
import type { AlertmanagerCredentials } from "./credentials.ts";
import { lets, type Matcher, Refusal, type Silence, type Silences, stateOf } from "./silences.ts";

const bodyLimit = 64 * 1024;
const api = "/api/v2";
const filterPattern = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^"]*?))\s*$/;

/** Alertmanager's API v2 (its api/v2/openapi.yaml) over what is wrong in the World, behind a password. */
export class AlertmanagerServer {
  private readonly alerts: Alerts;
  private readonly silences: Silences;
  private readonly credentials: AlertmanagerCredentials;
  private readonly server: Server;
  private readonly startedAt = Date.now();

  constructor(
    alerts: Alerts,
    silences: Silences,
    credentials: AlertmanagerCredentials,
    onFailure: (error: unknown) => void,
  ) {
    this.alerts = alerts;
    this.silences = silences;
    this.credentials = credentials;
    this.server = createServer({ ...credentials.certificate, minVersion: "TLSv1.2", requestTimeout: 60_000 });
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!request.destroyed) onFailure(error);
        response.destroy();
      });
    });
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    this.server.on("clientError", (_error, stream) => stream.destroy());
    this.server.on("tlsClientError", (_error, stream) => stream.destroy());
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.server.emit("connection", stream);
  }

  close(): void {
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body?: unknown) => {
      const words = body === undefined ? "" : `${JSON.stringify(body)}\n`;
      response.writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(words),
        ...(status === 401 ? { "www-authenticate": 'Basic realm="Alertmanager"' } : {}),
      });
      response.end(words);
    };
    if (!this.isLetIn(request)) return answer(401);
    try {
      const body = request.method === "POST" ? await readBody(request) : null;
      const [status, result] = this.route(
        request.method ?? "GET",
        new URL(request.url ?? "/", "https://lab"),
        body,
      );
      answer(status, result);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer(error.status, error.message);
    }
  }

  private isLetIn({ headers }: IncomingMessage): boolean {
    const { user, password } = this.credentials;
    const wanted = Buffer.from(`Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`);
    const given = Buffer.from(headers.authorization ?? "");
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  private route(method: string, { pathname, searchParams }: URL, body: unknown): [number, unknown?] {
    const filters = () => searchParams.getAll("filter").map(readFilter);
    const [, named] = /^\/api\/v2\/silence\/([0-9a-f-]{1,100})$/.exec(pathname) ?? [];
    if (method === "GET" && (pathname === "/-/healthy" || pathname === "/-/ready")) return [200, "OK"];
    if (method === "GET" && pathname === `${api}/status`) return [200, this.status()];
    if (method === "GET" && pathname === `${api}/receivers`) return [200, [{ name: "operators" }]];
    if (method === "GET" && pathname === `${api}/alerts`) return [200, this.listed(filters(), searchParams)];
    if (pathname === `${api}/silences`) {
      if (method === "POST") return [200, { silenceID: this.silences.set(body) }];
      if (method === "GET") return [200, this.silencesFor(filters())];
    }
    if (named !== undefined && method === "DELETE") {
      this.silences.expire(named);
      return [200];
    }
    const silence = named === undefined ? null : this.silences.get(named);
    if (silence && method === "GET") return [200, shownSilence(silence)];
    return [404, "not found"];
  }

  private status(): object {
    return {
      cluster: { name: "lab", status: "ready", peers: [] },
      versionInfo: {
        version: "0.25.0",
        revision: "lab",
        branch: "lab",
        buildUser: "lab",
        buildDate: "20230101-00:00:00",
        goVersion: "go1.19",
      },
      config: { original: "route:\n  receiver: operators\nreceivers:\n  - name: operators\n" },
      uptime: new Date(this.startedAt).toISOString(),
    };
  }

  private listed(filters: Matcher[], query: URLSearchParams): object[] {
    const wants = (key: string) => query.get(key) !== "false";
    return this.alerts
      .firing()
      .filter(({ labels }) => filters.every((matcher) => lets(matcher, labels[matcher.name] ?? "")))
      .map((alert) => ({ alert, silencedBy: this.silences.over(alert.labels) }))
      .filter(({ silencedBy }) => (silencedBy.length > 0 ? wants("silenced") : wants("active")))
      .map(({ alert, silencedBy }) => shownAlert(alert, silencedBy));
  }

  private silencesFor(filters: Matcher[]): object[] {
    return this.silences
      .all()
      .filter(({ matchers }) =>
        filters.every((filter) =>
          matchers.some(({ name, value }) => name === filter.name && lets(filter, value)),
        ),
      )
      .map(shownSilence);
  }
}

function shownAlert({ labels, annotations, fingerprint, startsAt }: Alert, silencedBy: string[]): object {
  const now = Date.now();
  return {
    labels,
    annotations,
    fingerprint,
    startsAt: new Date(startsAt).toISOString(),
    updatedAt: new Date(now).toISOString(),
    endsAt: new Date(now + 240_000).toISOString(),
    generatorURL: "http://prometheus.atelier.example/graph",
    receivers: [{ name: "operators" }],
    status: { state: silencedBy.length > 0 ? "suppressed" : "active", silencedBy, inhibitedBy: [] },
  };
}

function shownSilence(silence: Silence): object {
  return {
    ...silence,
    startsAt: new Date(silence.startsAt).toISOString(),
    endsAt: new Date(silence.endsAt).toISOString(),
    updatedAt: new Date(silence.updatedAt).toISOString(),
    status: { state: stateOf(silence) },
  };
}

function readFilter(words: string): Matcher {
  const found = filterPattern.exec(words);
  if (!found) throw new Refusal(400, "bad matcher format");
  const [, name = "", operator = "", quoted, bare = ""] = found;
  const value = quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1");
  return { name, value, isRegex: operator.endsWith("~"), isEqual: operator.startsWith("=") };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > bodyLimit) throw new Refusal(413, "body too large");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Refusal(400, "parsing body failed");
  }
}
