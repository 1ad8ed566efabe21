import { X509Certificate } from "node:crypto";
import { type Duplex, duplexPair, pipeline, Transform } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";

/** What LIST is translated to: Vault's own method is none that the HTTP server of Node knows, and this one Vault does not have. */
export const listMethod = "PROPFIND";
const own = Buffer.from("LIST ");

const shown = new WeakMap<Duplex, X509Certificate>();

/** The certificate that whoever is at the other end has shown in TLS. */
export function certificateShownBy(stream: Duplex): X509Certificate | null {
  return shown.get(stream) ?? null;
}

/**
 * A connection as the HTTP server is to see it: out of TLS where there is a certificate, which asks the client for its own
 * and takes any, and with the first word LIST translated.
 */
export function translated(stream: Duplex, certificate: { key: string; cert: string } | null): Duplex {
  const [near, far] = duplexPair();
  const plain = certificate ? outOfTls(stream, certificate) : stream;
  if (plain instanceof TLSSocket) {
    plain.once("secure", () => {
      const { raw } = plain.getPeerCertificate();
      if (raw) shown.set(near, new X509Certificate(raw));
    });
  }
  // A client that goes away in the middle, or fails in TLS, is its own affair.
  const ended = () => near.destroy();
  pipeline(plain, firstWord(), far, ended);
  pipeline(far, plain, ended);
  return near;
}

function outOfTls(stream: Duplex, { key, cert }: { key: string; cert: string }): TLSSocket {
  stream.on("error", () => {});
  return new TLSSocket(stream, {
    isServer: true,
    secureContext: createSecureContext({ key, cert, minVersion: "TLSv1.2" }),
    requestCert: true,
    rejectUnauthorized: false,
  });
}

function firstWord(): Transform {
  let held: Buffer | null = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === null) return done(null, chunk);
      held = Buffer.concat([held, chunk]);
      const isSoFar = own.subarray(0, held.length).equals(held.subarray(0, own.length));
      if (isSoFar && held.length < own.length) return done();
      const words: Buffer = isSoFar
        ? Buffer.concat([Buffer.from(`${listMethod} `), held.subarray(own.length)])
        : held;
      held = null;
      return done(null, words);
    },
    flush(done) {
      done(null, held);
    },
  });
}
