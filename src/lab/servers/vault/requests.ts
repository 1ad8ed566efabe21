import { randomUUID, type X509Certificate } from "node:crypto";
import { TokenBackend } from "./auth/token.ts";
import type { Method, VaultAnswer, VaultCall } from "./core/call.ts";
import type { VaultCluster } from "./core/cluster.ts";
import { badRequest, permissionDenied, VaultFailure } from "./core/failure.ts";
import type { VaultNode } from "./core/node.ts";
import type { Mount, Space } from "./core/space.ts";
import { type Token, tokenHash } from "./core/tokens.ts";
import { Cubbyhole } from "./engines/cubbyhole.ts";
import { clusterRoutes } from "./sys/cluster-routes.ts";
import { leaseRoutes } from "./sys/lease-routes.ts";
import { mountRoutes } from "./sys/mount-routes.ts";
import { answerOfNode } from "./sys/node-routes.ts";
import { capabilitiesOf, furnishWith, policyRoutes } from "./sys/policy-routes.ts";
import { openRekeyPaths } from "./sys/rekey-routes.ts";
import { answerBy } from "./sys/routes.ts";
import { wrap, wrappingRoutes } from "./sys/wrapping-routes.ts";

/** A request as it came over HTTP, below `/v1/`. */
export interface Incoming {
  method: Method | "HEAD";
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  token: string;
  namespace: string;
  /** Seconds; 0 for an answer that comes as it is. */
  wrapFor: number;
  /** A standby is to send the client to the active node, in place of asking it itself. */
  isRedirected: boolean;
  clientCertificate: X509Certificate | null;
}

export interface Outgoing {
  status: number;
  type: string;
  body: string | Buffer;
  location?: string;
}

const capabilityOf = { GET: "read", LIST: "list", DELETE: "delete", PATCH: "patch" } as const;
/** Paths that want `sudo` besides. */
const guarded =
  /^(auth\/token\/(accessors|create-orphan|revoke-orphan)|sys\/(audit($|\/)|seal$|rotate$|step-down$|leases\/(lookup|revoke-prefix|revoke-force)\/|remount|storage\/raft\/remove-peer))/;
const openPaths = new Set(["sys/wrapping/unwrap", "sys/wrapping/lookup"]);

/** Answers every request to a cluster, whichever node it came to. */
export class VaultRequests {
  private readonly cluster: VaultCluster;

  constructor(cluster: VaultCluster) {
    this.cluster = cluster;
    const furnish = (space: Space) => furnishWith(parts)(space);
    const routes = {
      ...mountRoutes(cluster),
      ...leaseRoutes(cluster),
      ...clusterRoutes(cluster),
      ...policyRoutes(cluster, furnish),
      ...wrappingRoutes(cluster),
    };
    const parts = {
      sys: { type: "system", handle: (call: VaultCall) => answerBy(routes, call) },
      cubbyhole: new Cubbyhole(cluster),
      token: new TokenBackend(cluster),
    };
    for (const space of cluster.spaces.values()) furnish(space);
  }

  async handle(node: VaultNode, asked: Incoming): Promise<Outgoing> {
    try {
      return await this.answer(node, asked);
    } catch (error) {
      if (!(error instanceof VaultFailure)) throw error;
      return json(error.status, { errors: error.errors });
    }
  }

  private async answer(node: VaultNode, asked: Incoming): Promise<Outgoing> {
    const { cluster } = this;
    const own = answerOfNode(cluster, node, asked);
    if (own) {
      const { status, json: told } = own;
      return asked.method === "HEAD" ? { ...json(status, null), body: "" } : json(status, told);
    }
    if (asked.method === "HEAD") throw new VaultFailure(405, "unsupported operation");
    if (node.sealed || !cluster.isInitialised) throw new VaultFailure(503, "Vault is sealed");
    if (node.kind === "dr-secondary") throw badRequest("path disabled in replication DR secondary mode");
    const { active } = cluster;
    if (!active) throw new VaultFailure(500, "local node not active but active cluster node not found");
    const readsItself = node.kind === "performance-standby" && asked.method === "GET";
    if (active !== node && asked.isRedirected && !readsItself) {
      const query = asked.query.size > 0 ? `?${asked.query}` : "";
      return { ...json(307, null), body: "", location: `${active.apiAddress}/v1/${asked.path}${query}` };
    }
    return this.serve({ ...asked, method: asked.method });
  }

  private async serve(asked: Incoming & { method: Method }): Promise<Outgoing> {
    const { cluster } = this;
    const { namespace, path } = this.inNamespace(asked);
    const { mount, at, rest } = this.route(namespace, path);
    const isOpen =
      (mount.backend.isOpen?.(rest) ?? false) || openPaths.has(path) || openRekeyPaths.test(path);
    const token = cluster.tokens.find(asked.token);
    if (!isOpen) this.authorise(token, asked.method, namespace, path, mount, rest);
    else if (openPaths.has(path) && !token && asked.body.token === undefined) throw permissionDenied();
    const call: VaultCall = {
      method: asked.method,
      path: rest,
      body: asked.body,
      query: asked.query,
      token,
      namespace,
      clientCertificate: asked.clientCertificate,
    };
    const answer = await mount.backend.handle(call);
    if (token && !isOpen) cluster.tokens.use(token);
    if (asked.method !== "GET" && asked.method !== "LIST") cluster.written();
    return this.shown(answer, { token, path: `${namespace}${path}`, mount: at, wrapFor: asked.wrapFor });
  }

  private inNamespace({ namespace: header, path }: Incoming): { namespace: string; path: string } {
    let namespace = header === "" ? "" : `${header.replace(/^\/+|\/+$/g, "")}/`;
    let rest = path;
    // A path may name the namespace before all else.
    const below = [...this.cluster.spaces.keys()].filter(
      (each) => each !== namespace && each.startsWith(namespace) && `${namespace}${rest}`.startsWith(each),
    );
    const deepest = below.sort((one, other) => other.length - one.length)[0];
    if (deepest) {
      rest = `${namespace}${rest}`.slice(deepest.length);
      namespace = deepest;
    }
    return { namespace, path: rest };
  }

  private route(namespace: string, path: string): { mount: Mount; at: string; rest: string } {
    const { mounts, logins } = this.cluster.space(namespace);
    const isLogin = path.startsWith("auth/");
    const below = isLogin ? path.slice("auth/".length) : path;
    const listed = isLogin ? logins : mounts;
    const at = [...listed.keys()]
      .filter((each) => below.startsWith(each) || below === each.slice(0, -1))
      .sort((one, other) => other.length - one.length)[0];
    const mount = at === undefined ? undefined : listed.get(at);
    if (at === undefined || !mount)
      throw new VaultFailure(404, `no handler for route "${path}". route entry not found.`);
    return { mount, at: isLogin ? `auth/${at}` : at, rest: below.slice(at.length) };
  }

  private authorise(
    token: Token | null,
    method: Method,
    namespace: string,
    path: string,
    { backend }: Mount,
    rest: string,
  ): void {
    if (!token || token.wrapped !== undefined) throw permissionDenied();
    const granted = capabilitiesOf(this.cluster, token, namespace, path);
    if (granted.includes("root")) return;
    const asked = method === "LIST" && !path.endsWith("/") ? [path, `${path}/`] : [path];
    const all = asked.flatMap((each) => capabilitiesOf(this.cluster, token, namespace, each));
    const wanted =
      method !== "POST"
        ? capabilityOf[method]
        : backend.exists && !backend.exists(rest)
          ? "create"
          : "update";
    const isGranted = all.includes(wanted) && (!guarded.test(path) || all.includes("sudo"));
    if (!isGranted) throw new VaultFailure(403, "1 error occurred:\n\t* permission denied\n\n");
  }

  private shown(
    answer: VaultAnswer,
    { token, path, mount, wrapFor }: { token: Token | null; path: string; mount: string; wrapFor: number },
  ): Outgoing {
    const { status = 200, data = null, raw, auth, lease, warnings = null, flat } = answer;
    if (raw) {
      if (isTyped(raw)) return { status, type: raw.type, body: raw.body };
      return json(status, raw);
    }
    const { cluster } = this;
    const lent = lease && token ? cluster.leases.create(path, token.id, lease) : null;
    const envelope = {
      request_id: randomUUID(),
      lease_id: lent?.id ?? "",
      renewable: lent?.renewable ?? false,
      lease_duration: lent ? (lease?.ttl ?? 0) : mount === "sys/" || auth ? 0 : data ? 2_764_800 : 0,
      data,
      wrap_info: null,
      warnings,
      auth: auth ? this.authOf(auth) : null,
    };
    if (wrapFor > 0 && status < 300) {
      const info = wrap(cluster, envelope, path, wrapFor);
      return json(200, { ...envelope, data: null, auth: null, lease_id: "", wrap_info: info });
    }
    if (status === 204) return { ...json(204, null), body: "" };
    return json(status, flat ? { ...data, ...envelope } : envelope);
  }

  private authOf(token: Token): Record<string, unknown> {
    const { accessor, id, policies, meta, isRenewable, type, parent } = token;
    return {
      client_token: id,
      accessor,
      policies,
      token_policies: policies,
      metadata: Object.keys(meta).length > 0 ? meta : null,
      lease_duration: this.cluster.tokens.left(token),
      renewable: isRenewable,
      entity_id: tokenHash(id).slice(1, 37),
      token_type: type,
      orphan: parent === null,
      mfa_requirement: null,
      num_uses: token.uses,
    };
  }
}

function isTyped(raw: NonNullable<VaultAnswer["raw"]>): raw is { type: string; body: string | Buffer } {
  return typeof raw.type === "string" && (typeof raw.body === "string" || Buffer.isBuffer(raw.body));
}

function json(status: number, value: unknown): Outgoing {
  return { status, type: "application/json", body: `${JSON.stringify(value)}\n` };
}
