import type { Duplex } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";
import { FaultyWeb, type WebFaults } from "../faulty-web.ts";
import { SwiftApi } from "./api.ts";
import { ContainerSync, type SwiftPeer } from "./container-sync.ts";
import { Logins, type SwiftUser } from "./login.ts";
import { SwiftStore } from "./store.ts";
import type { SyncRealm } from "./sync-signature.ts";

/** What is wrong with a Swift of the lab at the moment. */
export interface SwiftFaults extends WebFaults {
  /** Container-sync does nothing. */
  syncStopped?: boolean;
  /** Seconds of the World by which container-sync is behind. */
  syncLag?: number;
}

export interface LabSwiftOptions {
  clock: WorldClock;
  /** The region in Keystone's catalogue. */
  region: string;
  users: readonly SwiftUser[];
  /** The realm of clusters that it may copy to; null has no container-sync. */
  realm: SyncRealm | null;
  /** Another cluster of the realm by its name in `X-Container-Sync-To`; null while nothing gets there. */
  peer(cluster: string): SwiftPeer | null;
  /** Key and certificate in PEM; null speaks plain HTTP. */
  certificate: { key: string; cert: string } | null;
  /** Asked anew for each request and each pass of container-sync. */
  faults?(): SwiftFaults;
  /** Milliseconds of the World between two passes of container-sync; 5 s when left out. */
  syncEvery?: number;
  onFailure(error: unknown): void;
}

/** A Swift of the lab, running. */
export interface LabSwift extends SwiftPeer {
  /** Accounts, containers and objects, to be furnished by `container` and `put`, and looked at. */
  readonly store: SwiftStore;
  /** Takes a connection of a client, over TLS where it has a certificate. */
  connect(stream: Duplex): void;
  /** Takes a connection of another cluster; hand the whole LabSwift out as `peer`. */
  connectInside(stream: Duplex): void;
  /** Listens on loopback besides, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number): Promise<number>;
  /** The faults are others than before: connections that stand break when it is down. */
  changed(): void;
  /** All tokens are forgotten, and the next request with one gets 401. */
  forgetTokens(): void;
  close(): Promise<void>;
}

/**
 * Starts an OpenStack Swift in memory: API v1 below `/v1/AUTH_ACCOUNT`, logging in by TempAuth at `/auth/v1.0` (user
 * `ACCOUNT:USER`) or by Keystone at `/v3` (user USER in project ACCOUNT, domain `Default`; also application credentials), and
 * container-sync to `//REALM/CLUSTER/AUTH_ACCOUNT/CONTAINER` that really copies, over HTTP to the peers. Nothing listens
 * before `listen`; a door of the lab's network hands streams to `connect`.
 */
export function startLabSwift(options: LabSwiftOptions): LabSwift {
  const { clock, region, users, realm, peer, certificate, syncEvery = 5000, onFailure } = options;
  const faults = options.faults ?? ((): SwiftFaults => ({}));
  const store = new SwiftStore(clock);
  for (const { account } of users) store.account(`AUTH_${account}`);
  const logins = new Logins(users, region, clock);
  const api = new SwiftApi({ store, logins, realm, secure: certificate !== null });
  const web = new FaultyWeb({
    clock,
    certificate,
    faults,
    onFailure,
    serve: (request, response) => api.serve(request, response),
  });
  const state = () => {
    const { down = false, syncStopped = false, syncLag = 0 } = faults();
    return { stopped: down || syncStopped, lag: syncLag };
  };
  const sync = realm
    ? new ContainerSync({ clock, store, realm, peer, state, interval: syncEvery, onFailure })
    : null;
  return {
    store,
    connect: (stream) => web.connect(stream),
    connectInside: (stream) => web.connectInside(stream),
    listen: (wished) => web.listen(wished),
    changed: () => web.changed(),
    forgetTokens: () => logins.forget(),
    async close() {
      sync?.close();
      await web.close();
    },
  };
}
