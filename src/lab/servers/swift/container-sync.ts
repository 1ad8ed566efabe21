import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";
import type { Container, Row, SwiftStore } from "./store.ts";
import { type SyncRealm, syncSignature } from "./sync-signature.ts";

/** Another cluster of the realm, as container-sync reaches it. */
export interface SwiftPeer {
  /** Takes a connection from within the lab, without TLS; destroys it while the cluster is down. */
  connectInside(stream: Duplex): void;
}

export interface ContainerSyncParts {
  clock: WorldClock;
  store: SwiftStore;
  realm: SyncRealm;
  /** The cluster of that name; null while nothing gets there. */
  peer(cluster: string): SwiftPeer | null;
  /** Whether it works at the moment, and by how many seconds of the World it is behind what is put. */
  state(): { stopped: boolean; lag: number };
  /** Milliseconds of the World between two passes. */
  interval: number;
  onFailure(error: unknown): void;
}

const address = /^\/\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)$/;
/** Milliseconds of the wall for one object at the peer. */
const patience = 10_000;

/**
 * Swift's container-sync: goes through the containers that have somewhere to be copied to and a key, and sends what
 * changed to the other cluster over HTTP, signed, row by row. A row that fails is tried again in the next pass.
 */
export class ContainerSync {
  private readonly parts: ContainerSyncParts;
  private readonly closing = new AbortController();
  private callOff: () => void = () => {};

  constructor(parts: ContainerSyncParts) {
    this.parts = parts;
    this.plan();
  }

  close(): void {
    this.closing.abort();
    this.callOff();
  }

  private plan(): void {
    if (this.closing.signal.aborted) return;
    this.callOff = this.parts.clock.after(this.parts.interval, () => {
      this.pass()
        .catch((error: unknown) => this.parts.onFailure(error))
        .finally(() => this.plan());
    });
  }

  /** One pass over everything. */
  private async pass(): Promise<void> {
    for (const [account, containers] of this.parts.store.accounts) {
      for (const container of containers.values()) await this.carry(account, container);
    }
  }

  private async carry(account: string, container: Container): Promise<void> {
    const { realm, peer, state, clock } = this.parts;
    const [, realmName = "", cluster = "", toAccount = "", toContainer = ""] =
      address.exec(container.headers.get("x-container-sync-to") ?? "") ?? [];
    const userKey = container.headers.get("x-container-sync-key") ?? "";
    if (realmName.toUpperCase() !== realm.name.toUpperCase() || userKey === "") return;
    const target = `/v1/${encodeURIComponent(toAccount)}/${encodeURIComponent(toContainer)}`;
    for (const row of container.unsynced()) {
      const { stopped, lag } = state();
      const to = peer(cluster);
      const isDue = Number(row.timestamp) + lag <= clock.now() / 1000;
      if (stopped || !to || !isDue || this.closing.signal.aborted) return;
      const status = await this.send(to, target, container, row, userKey);
      if (status === null || !isTaken(row, status)) return;
      // What was put meanwhile has a newer row of its own.
      if (this.parts.store.accounts.get(account)?.get(container.name) !== container) return;
      container.synced = Math.max(container.synced, row.id);
    }
  }

  /** Sends one row; the status of the answer, null where none came. */
  private send(
    peer: SwiftPeer,
    target: string,
    container: Container,
    row: Row,
    userKey: string,
  ): Promise<number | null> {
    const object = row.deleted ? null : container.objects.get(row.name);
    const method = object ? "PUT" : "DELETE";
    const path = `${target}/${row.name.split("/").map(encodeURIComponent).join("/")}`;
    const nonce = randomBytes(16).toString("hex");
    const { realm } = this.parts;
    const signed = { method, path, timestamp: row.timestamp, nonce, userKey };
    const body = object?.body ?? null;
    const headers = {
      host: "peer.example",
      "x-timestamp": row.timestamp,
      "x-container-sync-auth": `${realm.name} ${nonce} ${syncSignature(realm, signed)}`,
      ...(object && { ...object.meta, "content-type": object.contentType, etag: object.etag }),
      "content-length": String(body?.length ?? 0),
    };
    const [near, far] = duplexPair();
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(patience)]);
    return new Promise((resolve) => {
      const done = (status: number | null) => {
        near.destroy();
        far.destroy();
        resolve(status);
      };
      near.on("error", () => done(null));
      const sent = request({ createConnection: () => near, method, path, headers, signal }, (answer) => {
        answer.resume();
        answer.once("end", () => done(answer.statusCode ?? null));
        answer.once("error", () => done(null));
      });
      sent.on("error", () => done(null));
      // A peer that goes down in the middle closes its side without a word.
      far.once("close", () => done(null));
      peer.connectInside(far);
      sent.end(body ?? undefined);
    });
  }
}

/** What is not there any more, or newer there, needs nothing (Swift's container-sync takes 404 and 409 so). */
function isTaken(row: Row, status: number): boolean {
  return (status >= 200 && status < 300) || (row.deleted && (status === 404 || status === 409));
}
