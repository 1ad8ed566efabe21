import type { Duplex } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";
import { FaultyWeb, type WebFaults } from "../faulty-web.ts";
import { S3Api } from "./api.ts";
import type { S3Key } from "./signature.ts";
import { BucketStore } from "./store.ts";

export interface LabS3Options {
  clock: WorldClock;
  keys: readonly S3Key[];
  /** Key and certificate in PEM; null speaks plain HTTP. */
  certificate: { key: string; cert: string } | null;
  /** Asked anew for each request. */
  faults?(): WebFaults;
  onFailure(error: unknown): void;
}

/** An S3 service of the lab, running. */
export interface LabS3 {
  /** Buckets and objects, to be furnished by `bucket` and `put`, and looked at. */
  readonly store: BucketStore;
  /** Takes a connection of a client, over TLS where it has a certificate. */
  connect(stream: Duplex): void;
  /** Listens on loopback besides, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number): Promise<number>;
  /** The faults are others than before: connections that stand break when it is down. */
  changed(): void;
  close(): Promise<void>;
}

/**
 * Starts an S3 service in memory: path style, signatures of version 4 for any region, buckets with versioning and object lock as
 * furnished, objects that can be put, listed, read and deleted. Nothing listens before `listen`; a door of the lab's network
 * hands streams to `connect`.
 */
export function startLabS3({
  clock,
  keys,
  certificate,
  faults = () => ({}),
  onFailure,
}: LabS3Options): LabS3 {
  const store = new BucketStore(clock);
  const api = new S3Api({ store, keys });
  const web = new FaultyWeb({
    clock,
    certificate,
    faults,
    onFailure,
    serve: (request, response) => api.serve(request, response),
  });
  return {
    store,
    connect: (stream) => web.connect(stream),
    listen: (wished) => web.listen(wished),
    changed: () => web.changed(),
    close: () => web.close(),
  };
}
