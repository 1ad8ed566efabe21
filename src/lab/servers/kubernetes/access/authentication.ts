import { createHash, timingSafeEqual } from "node:crypto";
import type { TLSSocket } from "node:tls";

/** Who sends a request. */
export interface User {
  name: string;
  groups: readonly string[];
}

/** A bearer token and who it stands for. */
export interface Token {
  token: string;
  user: User;
}

const digest = (words: string) => createHash("sha256").update(words).digest();

/**
 * Who a request comes from: its bearer token (RFC 6750), or its client certificate when that was signed by the
 * cluster's authority, the common name being the user and each organisation a group. Null when it proves nothing; a
 * token that is wrong is not made good by a certificate.
 */
export function authenticate(
  authorization: string | undefined,
  socket: Pick<TLSSocket, "authorized" | "getPeerCertificate">,
  tokens: readonly Token[],
): User | null {
  if (authorization !== undefined) {
    const [, given] = /^Bearer\s+(\S+)$/i.exec(authorization) ?? [];
    if (given === undefined) return null;
    return tokens.find(({ token }) => timingSafeEqual(digest(token), digest(given)))?.user ?? null;
  }
  if (!socket.authorized) return null;
  const { subject } = socket.getPeerCertificate();
  const name = [subject?.CN].flat()[0];
  if (!name) return null;
  return { name, groups: [subject.O].flat().filter((group) => group !== undefined) };
}
