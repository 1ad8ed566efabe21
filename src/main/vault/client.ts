import type { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import type { VaultSystemConfig } from "../../shared/systems/vault.ts";
import { pause } from "../reach/abort.ts";
import type { Reach } from "../reach/reach.ts";
import type { TlsIdentity } from "../reach/secure-stream.ts";
import { type WebAnswer, WebService } from "../reach/web-service.ts";
import { refusalWords } from "./answers.ts";
import { noSuchNode, service, vaultFault } from "./faults.ts";
import { refusal } from "./refusal.ts";

const mostBytes = 32 * 1024 * 1024;
/** How often a redirection is followed, and how often a node that is behind is asked again. */
const mostRedirections = 2;
const mostRepeats = 3;
/** Milliseconds before a node that is behind is asked again, with as much again at random. */
const behindPause = 50;

export interface VaultClientParts {
  /** What it is called in errors. */
  name: string;
  config: Pick<
    VaultSystemConfig,
    "nodes" | "via" | "allowlist" | "pin" | "certificateAuthority" | "namespace"
  >;
  dial: Reach["dial"];
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  /** Milliseconds for one exchange with one node; 30 s when left out. */
  deadline?: number | undefined;
}

export interface VaultRequest {
  method?: "GET" | "LIST" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/v1/`, such as `sys/health`; each part of it as it stands in the URL. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  token?: string | null;
  /** In place of the configured one; null for none, which some paths of `sys/` demand. */
  namespace?: string | null;
  /** Seconds that the answer is wrapped for (`X-Vault-Wrap-TTL`). */
  wrapFor?: number;
  /** The one node to ask; when left out, the one that answered last, and the others where it cannot. */
  node?: string;
  /** Shown in TLS. */
  identity?: TlsIdentity | undefined;
  /** Statuses besides those of success that are an answer here. */
  alsoTake?: readonly number[];
  /** Words for a refusal that the caller knows more about; null for the usual ones. */
  explain?(status: number, words: string): OpsError | null;
  signal: AbortSignal;
  /** Called right before the request leaves: from here on it may have been taken. */
  onSent?(): void;
}

export interface VaultAnswer {
  /** The node that it is of. */
  node: string;
  status: number;
  /** Null where it is empty. */
  body: unknown;
}

interface Node {
  id: string;
  origin: string;
  web: WebService;
}

/**
 * Requests to the HTTP API of a Vault or OpenBao (https://developer.hashicorp.com/vault/api-docs), each on a connection
 * of its own. A node that cannot be reached, is sealed or has no active one is passed over for the next; a redirection
 * is followed only to a node of the estate. Throws OpsErrors `reach.…` and `vault.…`.
 */
export class VaultClient {
  readonly name: string;
  readonly #parts: VaultClientParts;
  readonly #nodes: Node[];
  /** The node that answered last. */
  #preferred: string | null = null;

  constructor(parts: VaultClientParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#nodes = Object.entries(parts.config.nodes).map(([id, node]) => ({
      id,
      origin: new URL(node.url).origin,
      web: this.#webService(node),
    }));
  }

  /** The identifiers of its nodes, as the estate has them. */
  get nodes(): string[] {
    return this.#nodes.map(({ id }) => id);
  }

  /** The answer's JSON; null where it is empty. */
  async ask(request: VaultRequest): Promise<unknown> {
    return (await this.exchange(request)).body;
  }

  /** The answer by its schema. Throws `vault.garbage` for what does not fit. */
  async read<Schema extends z.ZodType>(request: VaultRequest, schema: Schema): Promise<z.output<Schema>> {
    const parsed = schema.safeParse(await this.ask(request));
    if (!parsed.success) throw service.http(this.name).garbage();
    return parsed.data;
  }

  /** The same with the node that answered and its status. */
  async exchange(request: VaultRequest): Promise<VaultAnswer> {
    if (request.node !== undefined) return this.#follow(this.#node(request.node), request);
    const [preferred, others] = this.#inOrder();
    let first: unknown = null;
    for (const node of [...preferred, ...others]) {
      const standing = { sent: false };
      try {
        const answer = await this.#follow(node, withNote(request, standing));
        this.#preferred = answer.node;
        return answer;
      } catch (error) {
        first ??= error;
        if (request.signal.aborted || !isOfNodeAlone(error, request, standing.sent)) throw error;
      }
    }
    throw first;
  }

  close(): void {
    for (const { web } of this.#nodes) web.close();
  }

  #inOrder(): [Node[], Node[]] {
    const isPreferred = ({ id }: Node) => id === this.#preferred;
    return [this.#nodes.filter(isPreferred), this.#nodes.filter((node) => !isPreferred(node))];
  }

  #node(id: string): Node {
    const node = this.#nodes.find((each) => each.id === id);
    if (!node) throw noSuchNode(this.name, id);
    return node;
  }

  /** Asks a node, and the one that it redirects to (307: nothing was taken by the first). */
  async #follow(start: Node, request: VaultRequest): Promise<VaultAnswer> {
    let node = start;
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#caughtUp(node, request);
      if (answer.status !== 307 && answer.status !== 302) return this.#judged(node, answer, request);
      const next = this.#redirectedTo(answer);
      if (!next || hops >= mostRedirections) throw vaultFault("moved-elsewhere", this.name);
      node = next;
    }
  }

  /** Asks again while the node has not caught up with what was written (412), which takes nothing. */
  async #caughtUp(node: Node, request: VaultRequest): Promise<WebAnswer> {
    for (let repeat = 0; ; repeat += 1) {
      const answer = await this.#once(node, request);
      if (answer.status !== 412 || repeat >= mostRepeats) return answer;
      await pause(behindPause * (1 + Math.random()) * (repeat + 1), request.signal);
    }
  }

  #once({ web }: Node, request: VaultRequest): Promise<WebAnswer> {
    const { method = "GET", token = null, wrapFor, signal, onSent, identity } = request;
    // Log-ins and shares are secrets without being tokens.
    if (web.isReadable && (token !== null || request.body !== undefined))
      throw vaultFault("plain-token", this.name);
    // Not every proxy lets the method LIST through; the query says the same.
    const lists = method === "LIST";
    const query = new URLSearchParams({ ...request.query, ...(lists && { list: "true" }) });
    const namespace = request.namespace === undefined ? this.#parts.config.namespace : request.namespace;
    return web.ask({
      method: lists ? "GET" : method,
      path: `/v1/${request.path}${query.size > 0 ? `?${query}` : ""}`,
      headers: {
        "x-vault-request": "true",
        ...(token === null ? {} : { "x-vault-token": headerValue(token, this.name) }),
        ...(namespace ? { "x-vault-namespace": namespace } : {}),
        ...(wrapFor === undefined ? {} : { "x-vault-wrap-ttl": `${wrapFor}s` }),
        ...(method === "PATCH" && { "content-type": "application/merge-patch+json" }),
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
      onSent,
      identity,
    });
  }

  #judged(node: Node, { status, words }: WebAnswer, request: VaultRequest): VaultAnswer {
    const body = parsed(words);
    if (status >= 200 && status < 300) {
      if (body === undefined) throw service.http(this.name).garbage();
      return { node: node.id, status, body };
    }
    if (request.alsoTake?.includes(status) && body !== undefined) return { node: node.id, status, body };
    if (status >= 300 && status < 400) throw service.moved(this.name);
    const reasons = refusalWords(body);
    throw request.explain?.(status, reasons) ?? refusal(this.name, status, reasons);
  }

  #redirectedTo({ headers }: WebAnswer): Node | null {
    const origin = URL.parse(headers.location ?? "")?.origin;
    return this.#nodes.find((node) => node.origin === origin) ?? null;
  }

  #webService(node: VaultSystemConfig["nodes"][string]): WebService {
    const { name, config, dial, folder, deadline } = this.#parts;
    return new WebService({
      name,
      config: {
        url: node.url,
        via: node.via ?? config.via,
        allowlist: node.allowlist ?? config.allowlist,
        pin: node.pin ?? config.pin,
        certificateAuthority: config.certificateAuthority,
      },
      dial,
      folder,
      deadline,
      faults: service,
      mostBytes,
    });
  }
}

/** The request, with a note of whether anything of it may have been taken by the node that was asked last. */
function withNote(request: VaultRequest, standing: { sent: boolean }): VaultRequest {
  return {
    ...request,
    onSent: () => {
      standing.sent = true;
      request.onSent?.();
    },
  };
}

/** What is wrong with one node only, and certainly took nothing or changes nothing when it is asked again. */
function isOfNodeAlone(error: unknown, { method = "GET" }: VaultRequest, sent: boolean): boolean {
  if (!(error instanceof OpsError)) return false;
  if (/^vault\.(sealed|no-active-node|not-initialised)$/.test(error.code)) return true;
  const looksOnly = method === "GET" || method === "LIST";
  return (
    (!sent || looksOnly) &&
    /^(reach\..*|vault\.(closed|garbage|timed-out|tls-failed|failing|unavailable))$/.test(error.code)
  );
}

/** A token as it may stand in a header; what cannot is none that Vault gave out. */
function headerValue(token: string, name: string): string {
  const value = token.trim();
  if (!/^[\x21-\x7e]{1,4096}$/.test(value)) throw vaultFault("token-refused", name);
  return value;
}

/** Undefined for what is no JSON. */
function parsed(words: string): unknown {
  if (words === "") return null;
  try {
    return JSON.parse(words) as unknown;
  } catch {
    return undefined;
  }
}
