import { mostObjects, type SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { S3SystemConfig } from "../../../shared/systems/s3.ts";
import type { SwiftSystemConfig } from "../../../shared/systems/swift.ts";
import { numberOf, placeOf, present, type SystemKnown, wordsOf } from "./known.ts";

type SwiftCopy = SystemCopyOf<"swift">;
type S3Copy = SystemCopyOf<"s3">;

const shown = (count: number | null) => Math.min(mostObjects, Math.max(0, Math.round(count ?? 0)));

/** The containers of each end with how many objects they have, and which end each replication copies from. */
export function swiftCopy(config: SwiftSystemConfig, known: SystemKnown): SwiftCopy {
  const ends: SwiftCopy["ends"] = {};
  for (const [id, { name, site, environment, login, containers }] of Object.entries(config.ends)) {
    const { host, port } = placeOf(login.url);
    const seen = known.below(`containers/${id}/`).map(({ rest, resource }) => [rest, resource] as const);
    const replicated = Object.values(config.replications).flatMap(({ between }) =>
      between.flatMap((each) => (each.end === id ? [each.container] : [])),
    );
    const names = new Set([...seen.map(([rest]) => rest), ...(containers ?? []), ...replicated]);
    ends[id] = {
      ...present({ name, site, environment }),
      address: host,
      port,
      containers: Object.fromEntries(
        [...names].sort().map((container) => {
          const found = seen.find(([rest]) => rest === container)?.[1] ?? null;
          return [container, { objects: shown(numberOf(found, "objects.count")) }];
        }),
      ),
    };
  }
  const replications: SwiftCopy["replications"] = {};
  for (const [id, replication] of Object.entries(config.replications)) {
    const { name, environment, of, between, measureEvery, lagWithin, patience } = replication;
    const from = wordsOf(known.get(`replications/${id}`), "replication.from");
    const source = between.find(({ end }) => end === from || ends[end]?.name === from)?.end ?? null;
    replications[id] = {
      ...present({ name, environment, of, measureEvery, lagWithin, patience }),
      between: between.map(({ end, container }) => ({ end, container })),
      from: source,
    };
  }
  const { name, site, environment, every } = config;
  return { type: "swift", ...present({ name, site, environment, every }), ends, replications };
}

/** The buckets with how many objects they have and the newest of these. */
export function s3Copy(config: S3SystemConfig, known: SystemKnown): S3Copy {
  const { name, site, environment, every } = config;
  const { host, port } = placeOf(config.url);
  const watched = config.buckets ?? {};
  const ids = new Set([...Object.keys(watched), ...known.below("buckets/").map(({ rest }) => rest)]);
  const buckets: S3Copy["buckets"] = {};
  for (const id of [...ids].sort()) {
    const bucket = watched[id];
    const seen = known.get(`buckets/${id}`);
    const newest = numberOf(seen, "s3.newest");
    const versioning = wordsOf(seen, "s3.versioning");
    const lock = wordsOf(seen, "s3.lock");
    buckets[id] = {
      bucket: bucket?.bucket ?? wordsOf(seen, "s3.bucket") ?? id,
      ...present({
        site: bucket?.site,
        environment: bucket?.environment,
        prefix: bucket?.prefix,
        newestWithin: bucket?.newestWithin,
        wantsVersioning: bucket?.versioning,
        wantsLock: bucket?.lock,
      }),
      protects: bucket?.protects ?? [],
      objects: shown(numberOf(seen, "objects.count")),
      newest: newest === null ? null : { name: wordsOf(seen, "s3.newestName") ?? "newest", at: newest },
      versioning: versioning === "on" || versioning === "suspended" ? versioning : "off",
      locked: lock !== null && lock !== "off",
    };
  }
  return {
    type: "s3",
    ...present({ name, site, environment, every }),
    address: host,
    port,
    buckets,
  };
}
