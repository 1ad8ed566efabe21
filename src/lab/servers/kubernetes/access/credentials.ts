import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { preparePrivateFolders, readOrMake, writePrivate } from "../../private-files.ts";
import type { Token } from "./authentication.ts";
import { issue, type KeyedCertificate } from "./certificates.ts";

/** Where the API answers in the lab's network, behind the bounce: an address that the towers hold together. */
export const apiAddress = "192.0.2.40";
export const apiPort = 6443;
const apiName = "kubernetes.atelier.example";

/** Names of the files in the lab's folder. */
export const kubernetesFiles = {
  certificates: "keys/kubernetes-certificates.json",
  authority: "keys/kubernetes-authority.crt",
  /** Tokens: of who runs the cluster day by day, of who may only look, and of nobody in particular. */
  operator: "secrets/kubernetes-operator-token",
  viewer: "secrets/kubernetes-viewer-token",
  nobody: "secrets/kubernetes-nobody-token",
  /** For kubectl on this computer: leads to the loopback port. */
  loopback: "kubeconfig",
  /** For who comes through the bounce. */
  bounce: "kubeconfig-bounce",
} as const;

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

function draw(): Omit<KubernetesCredentials, "tokens"> {
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
      { for: "server", names: [apiName, "localhost"], addresses: ["127.0.0.1", apiAddress] },
      { issuer, now, days },
    ),
    administrator: issue(masters, { for: "client" }, { issuer, now, days }),
    expired: issue(masters, { for: "client" }, { issuer, now, days: -1 }),
  };
}

/** Makes, or reads from an earlier start, the cluster's certificates and tokens. */
export async function prepareKubernetesCredentials(folder: string): Promise<KubernetesCredentials> {
  await preparePrivateFolders(folder);
  const path = join(folder, kubernetesFiles.certificates);
  const known: Omit<KubernetesCredentials, "tokens"> = JSON.parse(
    await readOrMake(path, () => JSON.stringify(draw())),
  );
  await writePrivate(join(folder, kubernetesFiles.authority), known.authority.cert);
  const token = (name: string) => readOrMake(join(folder, name), () => randomBytes(32).toString("base64url"));
  const tokens: Token[] = [
    { token: await token(kubernetesFiles.operator), user: { name: "operator", groups: ["operators"] } },
    { token: await token(kubernetesFiles.viewer), user: { name: "viewer", groups: ["viewers"] } },
    { token: await token(kubernetesFiles.nobody), user: { name: "nobody", groups: [] } },
  ];
  return { ...known, tokens };
}

/**
 * A kubeconfig for a server: contexts `administrator` (client certificate, the current one), `operator`, `viewer`,
 * `nobody` (tokens) and `expired` (a certificate that has run out).
 */
export function kubeconfig(server: string, credentials: KubernetesCredentials): string {
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
    clusters: [{ name: "atelier", cluster }],
    users: users.map(([name, user]) => ({ name, user })),
    contexts: users.map(([name]) => ({
      name,
      context: { cluster: "atelier", user: name, namespace: "shop" },
    })),
    "current-context": "administrator",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Writes the kubeconfigs for the loopback port and for the address behind the bounce. */
export async function writeKubeconfigs(
  folder: string,
  port: number,
  credentials: KubernetesCredentials,
): Promise<void> {
  const write = (name: string, server: string) =>
    writePrivate(join(folder, name), kubeconfig(server, credentials));
  await write(kubernetesFiles.loopback, `https://127.0.0.1:${port}`);
  await write(kubernetesFiles.bounce, `https://${apiAddress}:${apiPort}`);
}
