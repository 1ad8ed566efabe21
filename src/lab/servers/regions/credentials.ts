import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { KeyedCertificate } from "../kubernetes/access/certificates.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";
import { issueWebCertificates, makeWebAuthority, type WebCertificates } from "../web/certificates.ts";
import { addresses } from "./addresses.ts";

/** What the servers of the regions show of themselves, and let in. */
export interface RegionCredentials {
  authority: KeyedCertificate;
  /** Of everything that the regions serve over TLS, by each of their names and addresses. */
  certificates: WebCertificates;
  /** A secret of the lab's folder in base64, made when it is first asked for and the same from then on. */
  secret(name: string, bytes?: number): Promise<string>;
  /** The same, of words that `make` gives the first time. */
  kept(name: string, make: () => string): Promise<string>;
}

type Certificates = Pick<RegionCredentials, "authority" | "certificates">;

/** Names that users, and the console, ask the regions by. */
const names = ["*.shop.example", "*.edge.example", "*.depot.example", "localhost"];

function draw(): Certificates {
  const now = Date.now();
  const authority = makeWebAuthority("lab-regions-authority", now);
  const told = { names, addresses: ["127.0.0.1", ...Object.values(addresses)] };
  return { authority, certificates: issueWebCertificates(authority, told, now) };
}

/** Makes, or reads from an earlier start, the regions' certificates; their authority's is `keys/regions-authority.crt`. */
export async function prepareRegionCredentials(folder: string): Promise<RegionCredentials> {
  await preparePrivateFolders(folder);
  const known: Certificates = JSON.parse(
    await readOrMake(join(folder, "keys/regions-certificates.json"), () => JSON.stringify(draw())),
  );
  await writePrivate(join(folder, "keys/regions-authority.crt"), known.authority.cert);
  const kept = (name: string, make: () => string) => readOrMake(join(folder, "secrets", name), make);
  const secret = (name: string, bytes = 24) => kept(name, () => randomBytes(bytes).toString("base64"));
  return { ...known, secret, kept };
}
