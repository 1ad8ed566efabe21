import { createHmac, timingSafeEqual } from "node:crypto";

/** A realm of clusters that may copy to each other, as container-sync-realms.conf has it. */
export interface SyncRealm {
  name: string;
  key: string;
}

export interface SignedSync {
  method: string;
  /** As it stands in the request, still encoded. */
  path: string;
  timestamp: string;
  nonce: string;
  /** What both containers know each other by. */
  userKey: string;
}

/** The signature of a request of container-sync (Swift's container_sync_realms: HMAC-SHA1 over five lines). */
export function syncSignature(realm: SyncRealm, signed: SignedSync): string {
  const { method, path, timestamp, nonce, userKey } = signed;
  const lines = [method, path, timestamp, nonce, userKey].join("\n");
  return createHmac("sha1", realm.key).update(lines).digest("hex");
}

/** Whether `X-Container-Sync-Auth: REALM NONCE SIGNATURE` is right. */
export function isSigned(realm: SyncRealm, header: string, signed: Omit<SignedSync, "nonce">): boolean {
  const [name = "", nonce = "", signature = "", ...more] = header.split(/\s+/);
  if (more.length > 0 || name.toUpperCase() !== realm.name.toUpperCase() || signed.userKey === "")
    return false;
  const wanted = Buffer.from(syncSignature(realm, { ...signed, nonce }));
  const given = Buffer.from(signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
