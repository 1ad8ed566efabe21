import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { preparePrivateFolders, readOrMake, writePrivate } from "../../private-files.ts";
import type { ApiSite } from "../site.ts";
import type { Token } from "./authentication.ts";
import { issue, type KeyedCertificate } from "./certificates.ts";

export const apiPort = 6443;

/** Names of a cluster's files in the lab's folder. */
export function kubernetesFiles({ suffix }: Pick<ApiSite, "suffix">) {
  return {
    certificates: `keys/kubernetes${suffix}-certificates.json`,
    authority: `keys/kubernetes${suffix}-authority.crt`,
    /** Tokens: of who runs the cluster day by day, of who may only look, and of nobody in particular. */
    operator: `secrets/kubernetes${suffix}-operator-token`,
    viewer: `secrets/kubernetes${suffix}-viewer-token`,
    nobody: `secrets/kubernetes${suffix}-nobody-token`,
    /** For kubectl on this computer: leads to the loopback port. */
    loopback: `kubeconfig${suffix}`,
    /** For who comes through the bounce. */
    bounce: `kubeconfig${suffix}-bounce`,
  };
}

const years = 20;

/** What the API of the lab's cluster shows of itself, and lets in. */
export interface KubernetesCredentials {
  authority: KeyedCertificate;
  server: KeyedCertificate;
  /** Of a member of `system:masters`; and one that has run out. */
  administrator: KeyedCertificate;
  expired: KeyedCertificate;
  tokens: readonly Token[];
}

function draw({ name, address }: ApiSite): Omit<KubernetesCredentials, "tokens"> {
  const apiName = `kubernetes.${name}.example`;
  const subject = { commonName: "lab-kubernetes-authority" };
  const now = new Date();
  const days = 365 * years;
  const authority = issue(subject, { for: "authority" }, { issuer: null, now, days });
  const issuer = { subject, key: authority.key };
  const masters = { commonName: "administrator", organizations: ["system:masters"] };
  return {
    authority,
    server: issue(
      { commonName: apiName },
      { for: "server", names: [apiName, "localhost"], addresses: ["127.0.0.1", address] },
      { issuer, now, days },
    ),
    administrator: issue(masters, { for: "client" }, { issuer, now, days }),
    expired: issue(masters, { for: "client" }, { issuer, now, days: -1 }),
  };
}

/** Makes, or reads from an earlier start, the cluster's certificates and tokens. */
export async function prepareKubernetesCredentials(
  folder: string,
  site: ApiSite,
): Promise<KubernetesCredentials> {
  await preparePrivateFolders(folder);
  const files = kubernetesFiles(site);
  const path = join(folder, files.certificates);
  const known: Omit<KubernetesCredentials, "tokens"> = JSON.parse(
    await readOrMake(path, () => JSON.stringify(draw(site))),
  );
  await writePrivate(join(folder, files.authority), known.authority.cert);
  const token = (name: string) => readOrMake(join(folder, name), () => randomBytes(32).toString("base64url"));
  const tokens: Token[] = [
    { token: await token(files.operator), user: { name: "operator", groups: ["operators"] } },
    { token: await token(files.viewer), user: { name: "viewer", groups: ["viewers"] } },
    { token: await token(files.nobody), user: { name: "nobody", groups: [] } },
  ];
  return { ...known, tokens };
}

/**
 * A kubeconfig for a server: contexts `administrator` (client certificate, the current one), `operator`, `viewer`,
 * `nobody` (tokens) and `expired` (a certificate that has run out).
 */
export function kubeconfig(
  { name: called, namespace }: ApiSite,
  server: string,
  credentials: KubernetesCredentials,
): string {
  const data = (pem: string) => Buffer.from(pem).toString("base64");
  const certified = ({ cert, key }: KeyedCertificate) => ({
    "client-certificate-data": data(cert),
    "client-key-data": data(key),
  });
  const users: [string, object][] = [
    ["administrator", certified(credentials.administrator)],
    ...credentials.tokens.map(({ token, user }): [string, object] => [user.name, { token }]),
    ["expired", certified(credentials.expired)],
  ];
  const cluster = { server, "certificate-authority-data": data(credentials.authority.cert) };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: called, cluster }],
    users: users.map(([name, user]) => ({ name, user })),
    contexts: users.map(([name]) => ({
      name,
      context: { cluster: called, user: name, namespace },
    })),
    "current-context": "administrator",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Writes the kubeconfigs for the loopback port and for the address behind the bounce. */
export async function writeKubeconfigs(
  folder: string,
  site: ApiSite,
  port: number,
  credentials: KubernetesCredentials,
): Promise<void> {
  const files = kubernetesFiles(site);
  const write = (name: string, server: string) =>
    writePrivate(join(folder, name), kubeconfig(site, server, credentials));
  await write(files.loopback, `https://127.0.0.1:${port}`);
  await write(files.bounce, `https://${site.address}:${apiPort}`);
}
