import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { Regions } from "../../world/regions.ts";
import type { WebFaults } from "../faulty-web.ts";
import { standAt } from "../regions/region-parts.ts";
import { startLabS3 } from "../s3/index.ts";
import type { BucketStore } from "../s3/store.ts";
import { type LabSwift, startLabSwift } from "../swift/index.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts } from "./parts.ts";

/** The account and user of every copied Swift, and the key of every copied S3 service. */
export const copyAccount = { account: "copy", user: "ops", accessKey: "COPYOPS" } as const;
const realm = "copy";
/** World milliseconds that an answer of a slow service takes longer. */
const slowness = 8_000;
const hour = 3_600_000;
const usualBytes = 1_000_000;
const lockedDays = 7;

/** What container-sync calls a container of an end. */
export function syncAddress(end: string, container: string): string {
  return `//${realm}/${end}/AUTH_${copyAccount.account}/${container}`;
}

function objectFaults(regions: Regions, site: string | undefined): WebFaults {
  const has = (name: "objects-down" | "objects-garbage" | "objects-truncated" | "objects-slow") =>
    site !== undefined && regions.has(name, site);
  return {
    down: has("objects-down"),
    garbage: has("objects-garbage"),
    truncated: has("objects-truncated"),
    slow: has("objects-slow") ? slowness : 0,
  };
}

/** Starts the OpenStack Swift of each end with its containers; replications copy in the direction that they had. */
export async function startCopiedSwift(parts: CopyParts): Promise<void> {
  for (const [id, system] of systemsOf(parts.copy, "swift")) {
    const ends = new Map<string, LabSwift>();
    for (const end of Object.keys(system.ends)) ends.set(end, await startEnd(parts, id, system, end, ends));
    const key = await parts.credentials.secret(`copy-sync-${id}`);
    for (const { between, from } of Object.values(system.replications)) {
      for (const { end, container } of between) {
        const store = ends.get(end)?.store.container(`AUTH_${copyAccount.account}`, container);
        store?.headers.set("x-container-sync-key", key);
        const other = between.find((each) => each.end !== end || each.container !== container);
        if (end !== from || !other) continue;
        store?.headers.set("x-container-sync-to", syncAddress(other.end, other.container));
      }
    }
  }
}

async function startEnd(
  parts: CopyParts,
  id: string,
  system: SystemCopyOf<"swift">,
  name: string,
  ends: ReadonlyMap<string, LabSwift>,
): Promise<LabSwift> {
  const { context, credentials } = parts;
  const { regions, clock } = context.world;
  const end = system.ends[name];
  const siteOf = (each: string) => system.ends[each]?.site ?? system.site;
  const site = siteOf(name);
  const isAlive = (at: string | undefined) => at === undefined || regions.isAlive(at);
  const isLinked = (other: string) => {
    const there = siteOf(other);
    if (site === undefined || there === undefined) return isAlive(site) && isAlive(there);
    return regions.areLinked(site, there);
  };
  const swift = startLabSwift({
    clock,
    region: name,
    users: [
      {
        account: copyAccount.account,
        user: copyAccount.user,
        password: await credentials.secret(`copy-objects-${id}`),
      },
    ],
    realm: { name: realm, key: await credentials.secret(`copy-realm-${id}`) },
    peer: (other) => (isLinked(other) ? (ends.get(other) ?? null) : null),
    certificate: credentials.certificates.good,
    faults: () => ({
      ...objectFaults(regions, site),
      syncStopped: !isAlive(site) || (site !== undefined && regions.has("sync-stalled", site)),
    }),
    onFailure: context.onFailure,
  });
  for (const [container, { objects }] of Object.entries(end?.containers ?? {})) {
    swift.store.container(`AUTH_${copyAccount.account}`, container);
    for (let number = 1; number <= objects; number += 1) {
      const words = Buffer.from(`object ${number} of ${container}\n`);
      swift.store.put(`AUTH_${copyAccount.account}`, container, `copied/${number}`, words);
    }
  }
  const place = { address: end?.address ?? "", port: end?.port ?? 0 };
  const state = () => (isAlive(site) ? "open" : "silent");
  await standAt(parts, { name: `objects ${id} ${name}`, ...place, state }, swift);
  parts.opened.push(context.world.onChange(({ what }) => (what === "fault" ? swift.changed() : undefined)));
  return swift;
}

/** Starts each S3 service with its buckets, which hold as many objects, the newest as old as it was. */
export async function startCopiedBuckets(parts: CopyParts): Promise<Map<string, BucketStore>> {
  const { context, credentials, copy } = parts;
  const { regions, clock } = context.world;
  const stores = new Map<string, BucketStore>();
  for (const [id, { address, port, site, buckets }] of systemsOf(copy, "s3")) {
    const s3 = startLabS3({
      clock,
      keys: [{ accessKey: copyAccount.accessKey, secretKey: await credentials.secret(`copy-buckets-${id}`) }],
      certificate: credentials.certificates.good,
      faults: () => objectFaults(regions, site),
      onFailure: context.onFailure,
    });
    for (const { bucket, objects, newest, versioning, locked } of Object.values(buckets)) {
      const lock = locked ? ({ mode: "GOVERNANCE", days: lockedDays } as const) : null;
      s3.store.bucket(bucket, { versioning, lock });
      for (let number = 1; newest !== null && number < objects; number += 1) {
        s3.store.put(bucket, `copied/${number}`, usualBytes, newest.at - number * hour);
      }
      if (newest !== null) s3.store.put(bucket, newest.name, usualBytes, newest.at);
    }
    const state = () => (site === undefined || regions.isAlive(site) ? "open" : "silent");
    await standAt(parts, { name: `buckets ${id}`, address, port, state }, s3);
    parts.opened.push(context.world.onChange(({ what }) => (what === "fault" ? s3.changed() : undefined)));
    stores.set(id, s3.store);
  }
  return stores;
}
