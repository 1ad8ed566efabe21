import type { Algorithms, ServerHostKeyAlgorithm } from "ssh2";

/** The type of a host key as known_hosts and key blobs name it. */
export type HostKeyType =
  | "ssh-ed25519"
  | "ecdsa-sha2-nistp256"
  | "ecdsa-sha2-nistp384"
  | "ecdsa-sha2-nistp521"
  | "ssh-rsa";

/** Host key types in order of preference, with the signature algorithms that prove each (RFC 8332 for RSA). */
const signatures: Record<HostKeyType, ServerHostKeyAlgorithm[]> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};
export const hostKeyTypes = Object.keys(signatures) as HostKeyType[];

/** Whether a host key of this type can be asked for. */
export function isHostKeyType(type: string): type is HostKeyType {
  return Object.hasOwn(signatures, type);
}

/**
 * What is offered to a server: only what BoringSSL (under Electron) has as well as OpenSSL, so that both shells
 * connect alike, and nothing with SHA-1, CBC or group 1. `preferred` host key types come first, as OpenSSH does
 * with those that known_hosts holds; `excluded` ones are left out.
 */
export function offeredAlgorithms(
  preferred: readonly HostKeyType[],
  excluded: ReadonlySet<HostKeyType> = new Set(),
): Required<Algorithms> {
  const types = [...new Set([...preferred, ...hostKeyTypes])].filter((type) => !excluded.has(type));
  return {
    kex: [
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group14-sha256",
    ],
    serverHostKey: types.flatMap((type) => signatures[type]),
    cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr"],
    hmac: [
      "hmac-sha2-256-etm@openssh.com",
      "hmac-sha2-512-etm@openssh.com",
      "hmac-sha2-256",
      "hmac-sha2-512",
    ],
    compress: ["none"],
  };
}
