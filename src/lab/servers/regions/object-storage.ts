import { type HostingRegion, hostingRegions, type RegionId, type Regions } from "../../world/regions.ts";
import type { WebFaults } from "../faulty-web.ts";
import { type LabSwift, startLabSwift } from "../swift/index.ts";
import { addresses } from "./addresses.ts";
import { type RegionParts, standAt } from "./region-parts.ts";

const port = 8080;
const addressOf = { east: addresses.objectsEast, north: addresses.objectsNorth } as const;
const account = "shop";
const user = "ops";
const container = "documents";
/** Milliseconds that an answer of a slow service takes longer, in world time. */
const slowness = 8_000;

/** What is wrong with the object storage of a region at the moment, beside the region itself. */
export function objectFaults(regions: Regions, region: RegionId): WebFaults {
  return {
    down: regions.has("objects-down", region),
    garbage: regions.has("objects-garbage", region),
    truncated: regions.has("objects-truncated", region),
    slow: regions.has("objects-slow", region) ? slowness : 0,
  };
}

/**
 * Starts the OpenStack Swift of each region that serves, on loopback as `objects REGION`. The container `documents` is
 * copied from the east to the north by container-sync while the two hear of each other.
 */
export async function startObjectStorage(parts: RegionParts): Promise<void> {
  const { context, credentials } = parts;
  const { regions, clock } = context.world;
  const password = await credentials.secret("objects-password");
  const realm = { name: "shop", key: await credentials.secret("objects-realm-key") };
  const syncKey = await credentials.secret("objects-sync-key");
  const started = new Map<HostingRegion, LabSwift>();
  for (const region of hostingRegions) {
    const swift = startLabSwift({
      clock,
      region,
      users: [{ account, user, password }],
      realm,
      peer: (name) => {
        const other = hostingRegions.find((each) => each === name);
        return other && regions.areLinked(region, other) ? (started.get(other) ?? null) : null;
      },
      certificate: credentials.certificates.good,
      faults: () => ({
        ...objectFaults(regions, region),
        syncStopped: regions.has("sync-stalled", region) || !regions.isAlive(region),
      }),
      onFailure: context.onFailure,
    });
    started.set(region, swift);
    swift.store.container(`AUTH_${account}`, container).headers.set("x-container-sync-key", syncKey);
    const state = () => (regions.isAlive(region) ? "open" : "silent");
    await standAt(parts, { name: `objects ${region}`, address: addressOf[region], port, state }, swift);
    parts.opened.push(
      context.world.onChange(({ what }) => {
        if (what === "fault") swift.changed();
      }),
    );
  }
  const source = started.get("east")?.store;
  source
    ?.container(`AUTH_${account}`, container)
    .headers.set("x-container-sync-to", `//${realm.name}/north/AUTH_${account}/${container}`);
  for (let number = 1; number <= 12; number += 1) {
    const name = `invoices/2026-${String(number).padStart(2, "0")}.pdf`;
    source?.put(`AUTH_${account}`, container, name, Buffer.from(`%PDF-1.7 invoice ${number}\n`));
  }
}
