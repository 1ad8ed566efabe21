/** cert-manager's API. Source: cert-manager.io, API reference. */
export const group = "cert-manager.io";
export const prefix = `/apis/${group}/v1`;
export const acmePrefix = `/apis/acme.${group}/v1`;
export const folders = {
  certificates: "certificates",
  issuers: "issuers",
  clusterIssuers: "cluster-issuers",
  requests: "certificate-requests",
  orders: "orders",
  challenges: "challenges",
} as const;

/** The annotation by which a Secret names the Certificate that it is of. */
export const certificateAnnotation = `${group}/certificate-name`;

export const certManagerIds = {
  certificate: (system: string, namespace: string, name: string) =>
    `${system}/${folders.certificates}/${namespace}/${name}`,
  issuer: (system: string, namespace: string | null, name: string) =>
    namespace === null
      ? `${system}/${folders.clusterIssuers}/${name}`
      : `${system}/${folders.issuers}/${namespace}/${name}`,
};

/** Namespace and name of a Certificate by its resource's identifier; null for any other. */
export function certificatePlace(
  system: string,
  id: string,
): { namespace: string; name: string; path: string } | null {
  const start = `${system}/${folders.certificates}/`;
  const [namespace, name, ...rest] = id.startsWith(start) ? id.slice(start.length).split("/") : [];
  if (!namespace || !name || rest.length > 0) return null;
  return { namespace, name, path: `${prefix}/namespaces/${namespace}/certificates/${name}` };
}
