/** Secrets of the type `kubernetes.io/tls`. */
export const folder = "tls-secrets";
/** Secrets of the type `SecretTypeTLS`, an older one of OpenShift alone. */
export const olderFolder = "older-tls-secrets";

export function tlsSecretId(system: string, namespace: string, name: string): string {
  return `${system}/${folder}/${namespace}/${name}`;
}

/** Where such a secret is by its resource's identifier; null for any other. */
export function secretPlace(
  system: string,
  id: string,
): { namespace: string; name: string; path: string } | null {
  const start = `${system}/${folder}/`;
  const [namespace, name, ...rest] = id.startsWith(start) ? id.slice(start.length).split("/") : [];
  if (!namespace || !name || rest.length > 0) return null;
  return { namespace, name, path: `/api/v1/namespaces/${namespace}/secrets/${name}` };
}

/** What the one that was there before is kept as, beside it. */
export function keptName(name: string): string {
  return `${name.slice(0, 240)}-before`;
}

/** The label of what is kept of before, with the name that it was kept from. */
export const keptLabel = "passerelle.example/kept-from";
