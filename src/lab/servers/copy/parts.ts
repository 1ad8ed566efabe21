import type { EstateCopy } from "../../../shared/estate-copy.ts";
import type { StartedCluster } from "../kubernetes/index.ts";
import type { RegionParts } from "../regions/region-parts.ts";
import type { BucketStore } from "../s3/store.ts";
import type { WebCertificates } from "../web/certificates.ts";
import type { CopiedMachines } from "./machines.ts";

/** What the servers of a copy show of themselves, and let in. */
export interface CopyCredentials {
  certificates: WebCertificates;
  /** A secret of the lab's folder in base64, made when it is first asked for and the same from then on. */
  secret(name: string, bytes?: number): Promise<string>;
  /** The same, of words that `make` gives the first time. */
  kept(name: string, make: () => string): Promise<string>;
  /** Writes a secret that follows from others. */
  write(name: string, words: string): Promise<void>;
}

/** What the servers of a copy are started with; what they open is added to `opened`, their ports to `ports`. */
export interface CopyParts extends Pick<RegionParts, "context" | "wished" | "opened" | "ports"> {
  copy: EstateCopy;
  credentials: CopyCredentials;
  /** Addresses for what the copy has none for. */
  addresses: CopyAddresses;
  machines: CopiedMachines;
}

/** The clusters by their system, and the buckets of each S3 service. */
export interface CopyStores {
  clusters: ReadonlyMap<string, StartedCluster>;
  buckets: ReadonlyMap<string, BucketStore>;
}

/** Addresses of the lab's network that nothing of a copy has, by the name of what is to stand there (RFC 5737, RFC 3849). */
export class CopyAddresses {
  readonly #taken: Set<string>;
  readonly #given = new Map<string, string>();
  #next = 0;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The address of that name, the same each time. */
  of(name: string): string {
    const known = this.#given.get(name);
    if (known !== undefined) return known;
    for (;;) {
      const address = addressAt(this.#next);
      this.#next += 1;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      this.#given.set(name, address);
      return address;
    }
  }
}

const networks = ["203.0.113", "198.51.100"] as const;
const inNetwork = 254;

/** IPv4 as far as it reaches, then IPv6. */
function addressAt(index: number): string {
  const network = networks[Math.floor(index / inNetwork)];
  if (network !== undefined) return `${network}.${1 + (index % inNetwork)}`;
  return `2001:db8:fffe::${(index + 1).toString(16)}`;
}
