import { X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { Reach } from "./reach.ts";

/** A certificate that the far side of a connection showed, or that this side proved itself with. */
export interface ShownCertificate {
  address: string;
  port: number;
  via: string | null;
  /** `server`: what the far side showed; `client`: what it was shown. */
  side: "server" | "client";
  /** The name or address that the far side was asked for. */
  servedAs: string;
  /** The leaf first; what the workstation knows besides may stand at its end. */
  chain: readonly X509Certificate[];
  /** Whose word was taken for it; null: nobody asked. */
  trust: "workstation" | "authority" | "pinned" | "untrusted" | null;
}

type Listener = (shown: ShownCertificate) => void;

const longestChain = 10;
const listeners = new WeakMap<Duplex, { place: Parameters<Reach["dial"]>[0]; tell: Listener }>();

/**
 * The same reach, whose connections tell what certificates are shown over them once somebody speaks TLS there: nothing is
 * dialled twice to know them.
 */
export function tellingCertificates(reach: Reach, tell: Listener): Reach {
  return {
    execute: (...asked) => reach.execute(...asked),
    shell: (...asked) => reach.shell(...asked),
    forward: (...asked) => reach.forward(...asked),
    tryLogin: (...asked) => reach.tryLogin(...asked),
    provenHostKey: (target) => reach.provenHostKey(target),
    async dial(place, signal) {
      const stream = await reach.dial(place, signal);
      listeners.set(stream, { place, tell });
      return stream;
    },
  };
}

/**
 * Tells what was shown over a stream, to whoever dialled it; called after each handshake, also one that is then refused. A
 * certificate that OpenSSL takes and nobody here can read (a key of an unknown kind) is not told of: that ends neither the
 * connection nor, in the middle of an event of the socket, the console.
 */
export function tellShown(
  stream: Duplex,
  socket: TLSSocket,
  { servedAs, trust }: Pick<ShownCertificate, "servedAs" | "trust">,
): void {
  const listener = listeners.get(stream);
  if (!listener) return;
  try {
    const chain = chainIn(socket);
    if (chain.length === 0) return;
    listener.tell({ ...placeOf(listener.place), side: "server", servedAs, chain, trust });
  } catch {
    // Whether the connection may be had is judged elsewhere.
  }
}

/**
 * What the far side has shown, the leaf first. Not by getPeerX509Certificate: of a client's connection it takes the certificate
 * away from whoever asks next (Node 24.21).
 */
function chainIn(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw && chain.length < longestChain) {
    const certificate = new X509Certificate(next.raw);
    if (chain.some((each) => each.fingerprint256 === certificate.fingerprint256)) break;
    chain.push(certificate);
    next = next.issuerCertificate;
  }
  return chain;
}

/** Tells what this side is about to prove itself with over a stream. */
export function tellPresented(stream: Duplex, servedAs: string, chain: readonly X509Certificate[]): void {
  const listener = listeners.get(stream);
  if (!listener || chain.length === 0) return;
  listener.tell({ ...placeOf(listener.place), side: "client", servedAs, chain, trust: null });
}

/**
 * Whose word is taken for what a socket was shown, where an authority must vouch for it: one of the estate's `own`, or of the
 * workstation. A certificate that ran out or is for other names is told by its own words; its authority is the same one.
 */
export function vouchedBy(socket: TLSSocket, own: boolean): ShownCertificate["trust"] {
  if (!socket.authorized && !ofTheLeaf.test(String(socket.authorizationError))) return "untrusted";
  return own ? "authority" : "workstation";
}

const ofTheLeaf = /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** What speaks against a certificate, as the error that Node would have ended the connection with. */
export function objectionOf(socket: TLSSocket): NodeJS.ErrnoException {
  // The types say Error; it is the code of what OpenSSL or the comparison of names has against it.
  const code = String(socket.authorizationError);
  return Object.assign(new Error(code), { code });
}

function placeOf({ address, port, via }: Parameters<Reach["dial"]>[0]) {
  return { address, port, via };
}
