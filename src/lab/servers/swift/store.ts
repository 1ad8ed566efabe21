import { createHash } from "node:crypto";
import type { WorldClock } from "../../world/clock.ts";

/** An object as it was put. */
export interface StoredObject {
  name: string;
  body: Buffer;
  /** MD5 in hexadecimal digits. */
  etag: string;
  contentType: string;
  meta: Record<string, string>;
  /** Seconds with five decimals, as Swift writes its timestamps. */
  timestamp: string;
}

/** A change of a container, as container-sync reads them one by one: the newest of each name alone is kept. */
export interface Row {
  id: number;
  name: string;
  deleted: boolean;
  timestamp: string;
}

/** One container: objects, the rows of what changed, and what was said in its headers. */
export class Container {
  readonly name: string;
  readonly createdAt: string;
  readonly objects = new Map<string, StoredObject>();
  readonly rows = new Map<string, Row>();
  /** Headers that stay with it, in lower case: metadata, access rules, `x-container-sync-to` and `-key`. */
  readonly headers = new Map<string, string>();
  /** The last row that container-sync has carried. */
  synced = 0;
  private made = 0;

  constructor(name: string, createdAt: string) {
    this.name = name;
    this.createdAt = createdAt;
  }

  get bytes(): number {
    return [...this.objects.values()].reduce((sum, { body }) => sum + body.length, 0);
  }

  /** Takes an object in; false where a newer one, or a newer deletion, is there. */
  put(object: StoredObject): boolean {
    if (!this.isNewest(object.name, object.timestamp)) return false;
    this.objects.set(object.name, object);
    this.note(object.name, object.timestamp, false);
    return true;
  }

  /** `conflict` where a newer one is there. */
  delete(name: string, timestamp: string): "deleted" | "absent" | "conflict" {
    if (!this.objects.has(name)) return "absent";
    if (!this.isNewest(name, timestamp)) return "conflict";
    this.objects.delete(name);
    this.note(name, timestamp, true);
    return "deleted";
  }

  /** The rows that container-sync has not carried, in their order. */
  unsynced(): Row[] {
    return [...this.rows.values()]
      .filter(({ id }) => id > this.synced)
      .sort((one, other) => one.id - other.id);
  }

  private isNewest(name: string, timestamp: string): boolean {
    const known = this.rows.get(name);
    return known === undefined || Number(timestamp) > Number(known.timestamp);
  }

  private note(name: string, timestamp: string, deleted: boolean): void {
    this.made += 1;
    this.rows.set(name, { id: this.made, name, deleted, timestamp });
  }
}

/** The accounts of one Swift cluster in memory. */
export class SwiftStore {
  readonly accounts = new Map<string, Map<string, Container>>();
  private readonly clock: WorldClock;
  private last = 0;

  constructor(clock: WorldClock) {
    this.clock = clock;
  }

  /** A timestamp of now, later than any before. */
  timestamp(): string {
    this.last = Math.max(this.last + 0.00001, this.clock.now() / 1000);
    return this.last.toFixed(5);
  }

  account(name: string): Map<string, Container> {
    const found = this.accounts.get(name) ?? new Map<string, Container>();
    this.accounts.set(name, found);
    return found;
  }

  /** The container, made where it is not there. */
  container(account: string, name: string): Container {
    const containers = this.account(account);
    const found = containers.get(name) ?? new Container(name, this.timestamp());
    containers.set(name, found);
    return found;
  }

  /** Puts an object as an application would. */
  put(account: string, container: string, name: string, body: Buffer): StoredObject {
    const object: StoredObject = {
      name,
      body,
      etag: etagOf(body),
      contentType: "application/octet-stream",
      meta: {},
      timestamp: this.timestamp(),
    };
    this.container(account, container).put(object);
    return object;
  }
}

export function etagOf(body: Buffer): string {
  return createHash("md5").update(body).digest("hex");
}
