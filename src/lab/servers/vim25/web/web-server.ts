import type { Server, ServerOptions } from "node:https";
import type { Duplex } from "node:stream";
import type { KeyedCertificate } from "../../kubernetes/access/certificates.ts";

/** A web server over TLS that listens nowhere: connections are handed to it. Who speaks nonsense is hung up on. */
export function createWebServer(
  create: (options: ServerOptions) => Server,
  { cert, key }: KeyedCertificate,
): Server {
  const server = create({
    cert,
    key,
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
    requestTimeout: 60_000,
  });
  server.on("clientError", (_error: Error, stream: Duplex) => stream.destroy());
  server.on("tlsClientError", (_error: Error, stream: Duplex) => stream.destroy());
  return server;
}
