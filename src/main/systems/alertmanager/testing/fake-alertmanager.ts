import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { FactValue, Resource } from "../../../../shared/resource.ts";
import { alertmanagerSystemSchema } from "../../../../shared/systems/alertmanager.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { AlertmanagerApi } from "../api.ts";
import { AlertmanagerClient } from "../client.ts";
import { type Matcher, parseMatchers } from "../matchers.ts";

interface HeldSilence {
  id: string;
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

/** A small Alertmanager in memory: silences and alerts by their labels; `answer` may take a request in its place. */
export class FakeAlertmanager {
  readonly silences = new Map<string, HeldSilence>();
  readonly requests: string[] = [];
  alerts: { labels: Record<string, string>; annotations?: Record<string, string>; fingerprint?: string }[] =
    [];
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  now: () => number = Date.now;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #made = 0;

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** An API on it, with what the estate file would say besides the URL. */
  api(config: object = {}, parts: { deadline?: number; secret?: string } = {}): AlertmanagerApi {
    return FakeAlertmanager.apiAt(this.port, config, parts);
  }

  /** An API on whatever listens at a loopback port. */
  static apiAt(
    at: number,
    config: object = {},
    parts: { deadline?: number; secret?: string } = {},
  ): AlertmanagerApi {
    const url = `http://127.0.0.1:${at}/`;
    const client = new AlertmanagerClient({
      name: "alerts.example",
      subject: "alerts/service",
      config: alertmanagerSystemSchema.parse({ type: "alertmanager", url, ...config }),
      dial: async () => connect(at, "127.0.0.1"),
      secrets: {
        resolve: async (reference) => ({ reveal: () => parts.secret ?? `secret of ${reference}` }),
      },
      folder: () => "/nonexistent",
      ...(parts.deadline === undefined ? {} : { deadline: parts.deadline }),
    });
    return new AlertmanagerApi("alerts.example", client);
  }

  /** A silence that somebody else has made. */
  silence(id: string, matchers: string, more: Partial<HeldSilence> = {}): void {
    this.silences.set(id, {
      id,
      matchers: parseMatchers(matchers) ?? [],
      startsAt: new Date(this.now() - 1000).toISOString(),
      endsAt: new Date(this.now() + 3_600_000).toISOString(),
      createdBy: "operator-b",
      comment: "by hand",
      ...more,
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.requests.push(`${request.method} ${request.url}`);
    if (this.answer?.(request, response)) return;
    const url = new URL(request.url ?? "/", "http://fake");
    const path = url.pathname.replace("/api/v2", "");
    const body = (value: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? "" : JSON.stringify(value));
    };
    const named = this.silences.get(path.split("/")[2] ?? "");
    if (path === "/status")
      body({ cluster: { status: "ready", peers: [{}] }, versionInfo: { version: "0.25.0" } });
    else if (path === "/alerts") body(this.#matching(url.searchParams.getAll("filter")));
    else if (path === "/silences" && request.method === "POST") body({ silenceID: this.#set(chunks) });
    else if (path === "/silences") body([...this.silences.values()].map((each) => this.#shown(each)));
    else if (!named) body("silence not found", 404);
    else if (request.method === "DELETE") {
      named.endsAt = new Date(this.now()).toISOString();
      body(undefined);
    } else body(this.#shown(named));
  }

  #set(chunks: Buffer[]): string {
    const posted = JSON.parse(Buffer.concat(chunks).toString("utf8")) as HeldSilence;
    this.#made += 1;
    const id = posted.id ?? `s-${this.#made}`;
    this.silences.set(id, { ...posted, id });
    return id;
  }

  #shown(silence: HeldSilence): object {
    const state = Date.parse(silence.endsAt) <= this.now() ? "expired" : "active";
    return { ...silence, status: { state }, updatedAt: silence.startsAt };
  }

  #matching(filters: string[]): object[] {
    const wanted = filters.flatMap((filter) => parseMatchers(filter) ?? []);
    return this.alerts
      .filter(({ labels }) => wanted.every((matcher) => lets(matcher, labels)))
      .map((alert, index) => {
        const silencedBy = [...this.silences.values()]
          .filter(({ endsAt }) => Date.parse(endsAt) > this.now())
          .filter(({ matchers }) => matchers.every((matcher) => lets(matcher, alert.labels)))
          .map(({ id }) => id);
        return {
          annotations: {},
          fingerprint: `f${index}`,
          startsAt: "2026-01-01T00:00:00Z",
          generatorURL: "http://prometheus.example/graph",
          ...alert,
          status: { state: silencedBy.length > 0 ? "suppressed" : "active", silencedBy, inhibitedBy: [] },
        };
      });
  }
}

function lets({ name, value, isRegex, isEqual }: Matcher, labels: Record<string, string>): boolean {
  const label = labels[name] ?? "";
  return (isRegex ? new RegExp(`^(?:${value})$`).test(label) : label === value) === isEqual;
}

/** A resource as another system has read it. */
export function resource(
  id: string,
  kind: Resource["kind"],
  facts: Record<string, FactValue> = {},
): Resource {
  return {
    id,
    kind,
    name: id.split("/").at(-1) ?? id,
    system: "east",
    parent: null,
    site: null,
    environment: null,
    health: "ok",
    stale: false,
    seenAt: 0,
    facts: Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, { value, source: "east", at: 0 }]),
    ),
    problems: [],
    sources: {},
  };
}

/** A context for one run of an action; `committed` counts what was sent. */
export function contextOf(of: Resource): ActionContext & { commits: number } {
  const context: ActionContext & { commits: number } = {
    resource: of,
    signal: new AbortController().signal,
    progress: () => {},
    output: () => {},
    commits: 0,
    committed: () => {
      context.commits += 1;
    },
  };
  return context;
}
