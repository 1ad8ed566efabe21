import { createHash } from "node:crypto";
import type { WorldClock } from "../../world/clock.ts";

/** An object of a bucket; `body` is null where only its size is kept, as of a backup's great files. */
export interface BucketObject {
  key: string;
  size: number;
  body: Buffer | null;
  /** MD5 in hexadecimal digits. */
  etag: string;
  /** World time in epoch milliseconds. */
  modifiedAt: number;
}

/** How long objects are locked when nothing else is said. */
export interface DefaultLock {
  mode: "COMPLIANCE" | "GOVERNANCE";
  days: number;
}

export interface BucketSettings {
  versioning: "on" | "suspended" | "off";
  /** Null: locks are off; `"no-default"`: they are on, and each object's is its own. */
  lock: DefaultLock | "no-default" | null;
}

export interface Bucket extends BucketSettings {
  name: string;
  createdAt: number;
  objects: Map<string, BucketObject>;
}

/** The buckets of one S3 service in memory. */
export class BucketStore {
  readonly buckets = new Map<string, Bucket>();
  private readonly clock: WorldClock;

  constructor(clock: WorldClock) {
    this.clock = clock;
  }

  /** World time in epoch milliseconds. */
  now(): number {
    return this.clock.now();
  }

  /** The bucket, made where it is not there; settings that are given are its own from now on. */
  bucket(name: string, settings: Partial<BucketSettings> = {}): Bucket {
    const found = this.buckets.get(name) ?? {
      name,
      createdAt: this.clock.now(),
      objects: new Map<string, BucketObject>(),
      versioning: "off" as const,
      lock: null,
    };
    Object.assign(found, settings);
    this.buckets.set(name, found);
    return found;
  }

  /** Puts an object as an application would, `at` world time; `body` may be a size in bytes alone. */
  put(bucket: string, key: string, body: Buffer | number, at: number = this.clock.now()): BucketObject {
    const whole = typeof body === "number" ? null : body;
    const object: BucketObject = {
      key,
      size: typeof body === "number" ? body : body.length,
      body: whole,
      etag: createHash("md5")
        .update(whole ?? `${key} ${body} ${at}`)
        .digest("hex"),
      modifiedAt: at,
    };
    this.bucket(bucket).objects.set(key, object);
    return object;
  }
}
