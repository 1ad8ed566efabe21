import type { KubernetesSystemConfig } from "../../../../shared/systems/kubernetes.ts";
import type { SecretResolver } from "../../../secrets/resolver.ts";
import { checkClientCertificate } from "./client-certificate.ts";
import { isHeaderSafe } from "./exec-plugin.ts";
import type { ClusterLogin } from "./login.ts";
import { credentialBroken } from "./login-faults.ts";
import { serverPlace } from "./server-url.ts";
import { placeOf, readSmallFile } from "./small-file.ts";

/**
 * The log-in that the estate file itself describes: server, authority, token or client certificate. Throws
 * `kubernetes.server-invalid`, `.file-unreadable`; its credentials throw `secrets.…` and `.credential-broken`.
 */
export async function inlineLogin(
  config: KubernetesSystemConfig,
  parts: { cluster: string; folder: string; subject: string; secrets: SecretResolver; now(): number },
): Promise<ClusterLogin> {
  const { cluster, folder, subject, secrets } = parts;
  const { secure, ...place } = serverPlace(cluster, config.server ?? "");
  const read = async (file: string) => (await readSmallFile(placeOf(file, folder), file)).words;
  const authority =
    config.certificateAuthority === undefined ? null : await read(config.certificateAuthority);
  return {
    endpoint: {
      ...place,
      tls: secure ? { authority, serverName: config.serverName ?? null, insecure: false } : null,
    },
    async credentials() {
      const headers: Record<string, string> = {};
      if (config.token !== undefined) {
        const token = (await secrets.resolve(config.token, subject)).reveal().trim();
        if (!isHeaderSafe(token)) throw credentialBroken(cluster, "token");
        headers.authorization = `Bearer ${token}`;
      }
      if (config.clientCertificate === undefined || config.clientKey === undefined) {
        return { headers, certificate: null, validUntil: null };
      }
      const cert = await read(config.clientCertificate);
      const key = (await secrets.resolve(config.clientKey, subject)).reveal();
      const certificate = { cert, key };
      const runsOut = checkClientCertificate(cluster, certificate, parts.now());
      return { headers, certificate, validUntil: runsOut.at, runsOut };
    },
  };
}
