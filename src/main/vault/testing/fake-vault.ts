import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that the fake was asked. */
export interface FakeRequest {
  method: string;
  /** Below `/v1/`, with the query. */
  path: string;
  token: string | null;
  namespace: string | null;
  body: Record<string, unknown>;
}

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown };
type Route = (request: FakeRequest, match: RegExpExecArray) => Answer;

interface FakeToken {
  ttl: number;
  renewable: boolean;
  /** Seconds that a renewal grants. */
  renewsFor: number;
  name: string;
}

const denied: Answer = { status: 403, body: { errors: ["permission denied"] } };
const badLogin = (words: string): Answer => ({ status: 400, body: { errors: [words] } });

/** A small Vault in memory, one node, that answers in the documented shapes. */
export class FakeVault {
  readonly requests: FakeRequest[] = [];
  readonly tokens = new Map<string, FakeToken>();
  readonly secrets = new Map<string, Record<string, unknown>>();
  readonly revoked: string[] = [];
  readonly leasesRevoked: string[] = [];
  sealed = false;
  /** Where a standby sends its clients; null for the active node. */
  redirectsTo: string | null = null;
  /** What log-ins grant. */
  grants: FakeToken = { ttl: 3600, renewable: true, renewsFor: 3600, name: "userpass-anna" };
  leaseSeconds = 600;
  /** Takes a request in the place of all else; null for the usual answer. */
  instead: ((request: FakeRequest, response: ServerResponse) => Answer | null | "taken") | null = null;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #made = 0;
  readonly #routes: [RegExp, Route][] = [
    [/^POST auth\/(?:userpass|ldap)\/login\/([^/]+)$/, ({ body }) => this.#password(body.password)],
    [/^POST auth\/approle\/login$/, ({ body }) => this.#approle(body)],
    [/^POST auth\/kubernetes\/login$/, ({ body }) => (body.jwt === "jwt-1" ? this.logIn() : denied)],
    [/^GET auth\/token\/lookup-self$/, (request) => this.#lookUp(request)],
    [/^POST auth\/token\/renew-self$/, (request) => this.#renew(request)],
    [/^POST auth\/token\/revoke-self$/, (request) => this.#revoke(request)],
    [/^POST sys\/wrapping\/lookup$/, ({ body }) => this.#wrapped(body.token, false)],
    [/^POST sys\/wrapping\/unwrap$/, ({ token }) => this.#wrapped(token, true)],
    [
      /^GET sys\/internal\/ui\/mounts\/(kv1|kv|database)\//,
      (_request, [, mount]) => mountAnswer(mount ?? ""),
    ],
    [
      /^GET kv\/data\/([^?]+)(?:\?version=(\d+))?$/,
      (_request, [, path, version]) => this.#kv2(path ?? "", version),
    ],
    [/^GET kv1\/(.+)$/, (_request, [, path]) => this.#kv1(path ?? "")],
    [/^GET database\/creds\/(.+)$/, () => this.#dynamic()],
    [/^POST sys\/leases\/renew$/, ({ body }) => this.#renewLease(body.lease_id)],
    [/^POST sys\/leases\/revoke$/, ({ body }) => this.#revokeLease(body.lease_id)],
  ];
  /** The secret-id behind each wrapping token, taken once. */
  readonly wrapped = new Map<string, { path: string; secretId: string }>();

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** How often a path was asked for. */
  asked(path: string): number {
    return this.requests.filter((request) => request.path.startsWith(path)).length;
  }

  /** A log-in that was accepted. */
  logIn(): Answer {
    this.#made += 1;
    const token = `hvs.fake-token-${this.#made}`;
    this.tokens.set(token, { ...this.grants });
    return { body: { ...envelope(null), auth: authOf(token, this.grants.ttl, this.grants.renewable) } };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const words = Buffer.concat(chunks).toString("utf8");
    const header = (name: string) => (request.headers[name] as string | undefined) ?? null;
    const asked: FakeRequest = {
      method: request.method ?? "GET",
      path: (request.url ?? "").replace(/^\/v1\//, ""),
      token: header("x-vault-token"),
      namespace: header("x-vault-namespace"),
      body: words === "" ? {} : (JSON.parse(words) as Record<string, unknown>),
    };
    this.requests.push(asked);
    const answer = this.instead?.(asked, response) ?? this.#answer(asked);
    if (answer === "taken") return;
    const { status = answer.body === undefined ? 204 : 200, headers = {}, body } = answer;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  }

  #answer(asked: FakeRequest): Answer {
    if (this.sealed) return { status: 503, body: { errors: ["Vault is sealed"] } };
    if (this.redirectsTo)
      return { status: 307, headers: { location: `${this.redirectsTo}/v1/${asked.path}` } };
    for (const [pattern, route] of this.#routes) {
      const match = pattern.exec(`${asked.method} ${asked.path}`);
      const open = /^(auth\/(?!token)|sys\/wrapping)/.test(asked.path);
      if (match && (open || this.tokens.has(asked.token ?? ""))) return route(asked, match);
      if (match)
        return { status: 403, body: { errors: ["2 errors occurred: permission denied, invalid token"] } };
    }
    return { status: 404, body: { errors: [] } };
  }

  #password(given: unknown): Answer {
    return given === "right" ? this.logIn() : badLogin("invalid username or password");
  }

  #approle({ role_id: role, secret_id: secret }: FakeRequest["body"]): Answer {
    return role === "role-1" && secret === "secret-1" ? this.logIn() : badLogin("invalid role or secret ID");
  }

  #lookUp({ token }: FakeRequest): Answer {
    const found = this.tokens.get(token ?? "");
    if (!found) return denied;
    return {
      body: envelope({
        accessor: "accessor-1",
        display_name: found.name,
        policies: ["default", "console"],
        ttl: found.ttl,
        creation_ttl: found.ttl,
        explicit_max_ttl: 0,
        renewable: found.renewable,
        type: "service",
      }),
    };
  }

  #renew({ token }: FakeRequest): Answer {
    const found = this.tokens.get(token ?? "");
    if (!found) return denied;
    return { body: { ...envelope(null), auth: authOf(token ?? "", found.renewsFor, found.renewable) } };
  }

  #revoke({ token }: FakeRequest): Answer {
    this.tokens.delete(token ?? "");
    this.revoked.push(token ?? "");
    return {};
  }

  #wrapped(token: unknown, takes: boolean): Answer {
    const found = this.wrapped.get(String(token));
    if (!found) return badLogin("wrapping token is not valid or does not exist");
    if (takes) this.wrapped.delete(String(token));
    return { body: envelope(takes ? { secret_id: found.secretId } : { creation_path: found.path }) };
  }

  #kv2(path: string, version: string | undefined): Answer {
    const data = this.secrets.get(version === undefined ? path : `${path}?${version}`);
    if (!data) return { status: 404, body: { errors: [] } };
    if (data.deleted === true) {
      const metadata = { deletion_time: "2026-01-01T00:00:00Z", destroyed: false, version: 1 };
      return { status: 404, body: envelope({ data: null, metadata }) };
    }
    return { body: envelope({ data, metadata: { version: 1, destroyed: false, deletion_time: "" } }) };
  }

  #kv1(path: string): Answer {
    const data = this.secrets.get(path);
    // KV 1 tells a life that is no lease.
    return data
      ? { body: { ...envelope(data), lease_duration: 2_764_800 } }
      : { status: 404, body: { errors: [] } };
  }

  #dynamic(): Answer {
    this.#made += 1;
    return {
      body: {
        ...envelope({ username: `v-${this.#made}`, password: `made-${this.#made}` }),
        lease_id: `database/creds/reader/${this.#made}`,
        lease_duration: this.leaseSeconds,
        renewable: true,
      },
    };
  }

  #renewLease(id: unknown): Answer {
    if (this.leasesRevoked.includes(String(id))) return badLogin("lease not found");
    return { body: { ...envelope(null), lease_id: id, lease_duration: this.leaseSeconds, renewable: true } };
  }

  #revokeLease(id: unknown): Answer {
    this.leasesRevoked.push(String(id));
    return {};
  }
}

function envelope(data: unknown) {
  return {
    request_id: "00000000-0000-4000-8000-000000000000",
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth: null,
  };
}

function authOf(token: string, seconds: number, renewable: boolean) {
  return {
    client_token: token,
    accessor: "accessor-1",
    policies: ["default", "console"],
    token_policies: ["default", "console"],
    metadata: null,
    lease_duration: seconds,
    renewable,
    entity_id: "",
    token_type: "service",
    orphan: true,
  };
}

function mountAnswer(mount: string): Answer {
  const type = mount === "database" ? "database" : "kv";
  const options = mount === "kv" ? { version: "2" } : mount === "kv1" ? { version: "1" } : null;
  return { body: envelope({ path: `${mount}/`, type, options }) };
}
