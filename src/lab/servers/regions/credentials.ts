import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { KeyedCertificate } from "../kubernetes/access/certificates.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";
import {
  issueWebCertificates,
  makeSubAuthority,
  makeWebAuthority,
  type WebAuthority,
  type WebCertificates,
} from "../web/certificates.ts";
import { addresses } from "./addresses.ts";

/** What the servers of the regions show of themselves, and let in. */
export interface RegionCredentials {
  authority: WebAuthority;
  /** Of everything that the regions serve over TLS, by each of their names and addresses. */
  certificates: WebCertificates;
  /** A secret of the lab's folder in base64, made when it is first asked for and the same from then on. */
  secret(name: string, bytes?: number): Promise<string>;
  /** The same, of words that `make` gives the first time. */
  kept(name: string, make: () => string): Promise<string>;
}

/** Names that users, and the console, ask the regions by. */
const names = ["*.shop.example", "*.edge.example", "*.depot.example", "localhost"];
const told = { names, addresses: ["127.0.0.1", ...Object.values(addresses)] };

/** What is kept from one start to the next. */
interface Kept {
  authority: WebAuthority;
  certificates: { good: KeyedCertificate };
}

function draw(): Kept {
  const now = Date.now();
  const authority = makeWebAuthority("lab-regions-authority", now);
  const { good } = issueWebCertificates(authority, told, now);
  return { authority, certificates: { good } };
}

async function keptCertificates(folder: string): Promise<Kept> {
  await preparePrivateFolders(folder);
  const file = join(folder, "keys/regions-certificates.json");
  return JSON.parse(await readOrMake(file, () => JSON.stringify(draw()))) as Kept;
}

/** The authority that issues what the shop serves, by cert-manager and by Vault; the regions' own vouches for it. */
export async function prepareShopAuthority(folder: string): Promise<WebAuthority> {
  const { authority } = await keptCertificates(folder);
  const drawn = () => JSON.stringify(makeSubAuthority("shop.example authority", authority, Date.now()));
  return JSON.parse(await readOrMake(join(folder, "keys/shop-authority.json"), drawn)) as WebAuthority;
}

/** Makes, or reads from an earlier start, the regions' certificates; their authority's is `keys/regions-authority.crt`. */
export async function prepareRegionCredentials(folder: string): Promise<RegionCredentials> {
  const known = await keptCertificates(folder);
  await writePrivate(join(folder, "keys/regions-authority.crt"), known.authority.cert);
  const kept = (name: string, make: () => string) => readOrMake(join(folder, "secrets", name), make);
  const secret = (name: string, bytes = 24) => kept(name, () => randomBytes(bytes).toString("base64"));
  const { authority, certificates } = known;
  const shown = issueWebCertificates(authority, told, Date.now(), certificates.good);
  return { authority, certificates: shown, secret, kept };
}
