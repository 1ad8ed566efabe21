import { X509Certificate } from "node:crypto";
import { applications, hostingRegions } from "../../world/regions.ts";
import type { KeyedCertificate } from "../kubernetes/access/certificates.ts";
import type { Cluster } from "../kubernetes/cluster/cluster.ts";
import { type KubeObject, read, words } from "../kubernetes/store/object.ts";
import { WebServer, webFault } from "../web/web-server.ts";
import { addresses } from "./addresses.ts";
import { type RegionParts, standAt } from "./region-parts.ts";
import { serves } from "./serving.ts";

const httpsPort = 443;
const addressOf = { east: addresses.frontEast, north: addresses.frontNorth } as const;

/** The certificate of a TLS secret of the cluster that is for this very name, as an ingress shows it; null: there is none. */
function servedSecret(cluster: Cluster, host: string): KeyedCertificate | null {
  for (const secret of cluster.collection("secrets").all()) {
    if (read(secret, "type") !== "kubernetes.io/tls") continue;
    const [cert, key] = ["tls.crt", "tls.key"].map((field) => decoded(secret, field));
    if (cert && key && isFor(cert, host)) return { cert, key };
  }
  return null;
}

function decoded(secret: KubeObject, field: string): string {
  return Buffer.from(words(secret, "data", field), "base64").toString("utf8");
}

function isFor(cert: string, host: string): boolean {
  try {
    return new X509Certificate(cert).subjectAltName?.split(", ").includes(`DNS:${host}`) ?? false;
  } catch {
    return false;
  }
}

/**
 * Starts where users come in to each region, on loopback as `front REGION`: `https://APPLICATION.shop.example/` is answered
 * while the application serves there, and what a TLS secret of its cluster is for. It stands on the region's hypervisor and goes with it.
 */
export async function startFronts(parts: RegionParts): Promise<void> {
  const { context, clusters, credentials } = parts;
  const { regions, clock } = context.world;
  for (const region of hostingRegions) {
    const started = clusters.get(region);
    const server = new WebServer({
      region,
      certificates: credentials.certificates,
      clock,
      fault: () => webFault((fault) => regions.has(fault, region)),
      certificateOf: (name) => (started ? servedSecret(started.cluster(), name) : null),
      serves: (host) => {
        const name = applications.find((each) => host === `${each}.shop.example`);
        if (!started) return null;
        if (name === undefined) {
          const isServed = servedSecret(started.cluster(), host) !== null;
          return isServed ? { name: host, running: true } : null;
        }
        return { name, running: serves(started.cluster(), name) };
      },
    });
    const state = () => (regions.hasPower(region) ? "open" : "silent");
    const place = { name: `front ${region}`, address: addressOf[region], port: httpsPort, state } as const;
    await standAt(parts, place, server);
  }
}
