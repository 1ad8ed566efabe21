import { dirname } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { checkClientCertificate } from "./client-certificate.ts";
import { isHeaderSafe, type Plugin, pluginSchema, runPlugin } from "./exec-plugin.ts";
import type { ClusterLogin, Credentials, Endpoint } from "./login.ts";
import { contextUnknown, credentialBroken, kubeconfigBroken, loginUnsupported } from "./login-faults.ts";
import type { OidcTokens, OidcUser } from "./oidc.ts";
import { serverPlace } from "./server-url.ts";
import { placeOf, readSmallFile } from "./small-file.ts";

type Cluster = NonNullable<ReturnType<KubeConfig["getCurrentCluster"]>>;
type User = NonNullable<ReturnType<KubeConfig["getCurrentUser"]>>;

export interface KubeconfigParts {
  /** The path as the estate says it, and where that is. */
  shown: string;
  path: string;
  /** Null: the file's current context. */
  context: string | null;
  /** Epoch milliseconds. */
  now(): number;
  /** Outlives the reading of the file: it keeps what the identity provider gave last. */
  oidc: OidcTokens;
}

/**
 * Reads one context of a kubeconfig. The library knows the file; connections, those to an identity provider too, are ours.
 * Throws `kubernetes.file-unreadable`, `.kubeconfig-broken`, `.context-unknown`, `.server-invalid`,
 * `.log-in-unsupported`. Source: kubernetes.io, "Organizing Cluster Access Using kubeconfig Files".
 */
export async function readKubeconfig(parts: KubeconfigParts): Promise<ClusterLogin> {
  const { words } = await readSmallFile(parts.path, parts.shown);
  const { cluster, user } = await load(parts, words);
  const folder = dirname(parts.path);
  const place = serverPlace(cluster.name, cluster.server);
  if (cluster.proxyUrl) throw loginUnsupported(cluster.name, "proxy-url");
  const provider = user.authProvider?.name;
  if (provider !== undefined && provider !== "oidc") throw loginUnsupported(cluster.name, String(provider));
  const plugin = readPlugin(parts.shown, user, cluster);
  const endpoint: Endpoint = {
    cluster: cluster.name,
    address: place.address,
    port: place.port,
    path: place.path,
    tls: place.secure
      ? {
          authority: await pem(cluster.caData, cluster.caFile, folder, cluster.name, "certificate-authority"),
          serverName: cluster.tlsServerName ?? null,
          insecure: cluster.skipTLSVerify === true,
        }
      : null,
  };
  return {
    endpoint,
    async credentials(signal) {
      const found = plugin
        ? await runPlugin(plugin, folder, signal)
        : await fromFile(parts, { cluster, user, folder }, signal);
      const { runsOut, ...rest } = checked(cluster.name, impersonating(user, found), parts.now());
      // What a log-in program gives it renews by itself.
      return runsOut && !plugin ? { ...rest, runsOut } : rest;
    },
  };
}

async function load(
  { shown, context }: KubeconfigParts,
  words: string,
): Promise<{ cluster: Cluster; user: User }> {
  // The library takes a second to load: whoever has no cluster must not wait for it.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    config.loadFromString(words);
    if (config.getContexts().length === 0) throw new Error("no context");
  } catch (error) {
    throw kubeconfigBroken(shown, error);
  }
  const wanted = context ?? config.getCurrentContext() ?? null;
  const known = config.getContexts().map(({ name }) => name);
  if (wanted === null || wanted === "") throw contextUnknown(shown, null, known);
  config.setCurrentContext(wanted);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!known.includes(wanted) || !cluster || !user) throw contextUnknown(shown, wanted, known);
  if (typeof cluster.server !== "string") throw kubeconfigBroken(shown);
  return { cluster, user };
}

function readPlugin(shown: string, user: User, cluster: Cluster): Plugin | null {
  if (user.exec === undefined || user.exec === null) return null;
  const parsed = pluginSchema.safeParse(user.exec);
  if (!parsed.success) throw kubeconfigBroken(shown, parsed.error);
  // It would wait for a terminal that it does not get.
  if (parsed.data.interactiveMode === "Always") {
    throw loginUnsupported(cluster.name, "interactiveMode: Always");
  }
  if (!parsed.data.provideClusterInfo) return parsed.data;
  const { server, caData, tlsServerName, skipTLSVerify } = cluster;
  return {
    ...parsed.data,
    cluster: {
      server,
      ...(caData && { "certificate-authority-data": caData }),
      ...(tlsServerName && { "tls-server-name": tlsServerName }),
      ...(skipTLSVerify && { "insecure-skip-tls-verify": true }),
    },
  };
}

async function fromFile(
  { oidc }: KubeconfigParts,
  { cluster, user, folder }: { cluster: Cluster; user: User; folder: string },
  signal: AbortSignal,
): Promise<Credentials> {
  const cert = await pem(user.certData, user.certFile, folder, cluster.name, "client-certificate");
  const key = await pem(user.keyData, user.keyFile, folder, cluster.name, "client-key");
  if ((cert === null) !== (key === null)) throw credentialBroken(cluster.name, "client-certificate");
  const certificate = cert !== null && key !== null ? { cert, key } : null;
  const none: Credentials = { headers: {}, certificate, validUntil: null };
  if (user.authProvider?.name === "oidc") {
    const { token, validUntil } = await oidc.token(await oidcUser(cluster.name, user, folder), signal);
    if (!isHeaderSafe(token)) throw credentialBroken(cluster.name, "id-token");
    return { ...none, headers: { authorization: `Bearer ${token}` }, validUntil };
  }
  if (typeof user.token === "string") {
    const token = user.token.trim();
    if (!isHeaderSafe(token)) throw credentialBroken(cluster.name, "token");
    return { ...none, headers: { authorization: `Bearer ${token}` } };
  }
  if (typeof user.username === "string" && user.username !== "") {
    const pair = Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64");
    return { ...none, headers: { authorization: `Basic ${pair}` } };
  }
  return none;
}

/** What the kubeconfig says of an OIDC log-in; anything else than words counts as not said. */
async function oidcUser(cluster: string, user: User, folder: string): Promise<OidcUser> {
  const said: Readonly<Record<string, unknown>> = user.authProvider?.config ?? {};
  const word = (key: string) => {
    const value = said[key];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const data = word("idp-certificate-authority-data") ?? undefined;
  const file = word("idp-certificate-authority") ?? undefined;
  return {
    cluster,
    issuer: word("idp-issuer-url"),
    clientId: word("client-id"),
    clientSecret: word("client-secret"),
    idToken: word("id-token"),
    refreshToken: word("refresh-token"),
    authority: await pem(data, file, folder, cluster, "idp-certificate-authority"),
  };
}

function impersonating(user: User, found: Credentials): Credentials {
  if (!user.impersonateUser) return found;
  return { ...found, headers: { ...found.headers, "impersonate-user": user.impersonateUser } };
}

function checked(cluster: string, found: Credentials, now: number): Credentials {
  if (found.certificate === null) return found;
  const runsOut = checkClientCertificate(cluster, found.certificate, now);
  return { ...found, validUntil: Math.min(runsOut.at, found.validUntil ?? runsOut.at), runsOut };
}

/** PEM from base64 in the file itself, or from a file that it names; null when neither is said. */
async function pem(
  data: string | undefined,
  file: string | undefined,
  folder: string,
  cluster: string,
  what: string,
): Promise<string | null> {
  const words = data
    ? Buffer.from(data, "base64").toString("utf8")
    : file
      ? (await readSmallFile(placeOf(file, folder), file)).words
      : null;
  if (words !== null && !words.includes("-----BEGIN ")) throw credentialBroken(cluster, what);
  return words;
}
