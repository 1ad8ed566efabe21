import type { z } from "zod";
import { OpsError } from "../../../shared/errors.ts";
import type { SignedRequest, VaultAccess } from "../../vault/access.ts";
import { service } from "../../vault/faults.ts";
import {
  type Autopilot,
  autopilotSchema,
  certificateSchema,
  healthSchema,
  keyStatusSchema,
  keysSchema,
  leaderSchema,
  leaseSchema,
  mountsSchema,
  namedSchema,
  raftSchema,
  type SealStatus,
  sealStatusSchema,
  type VaultHealth,
} from "./answers.ts";

/** What a node answers about its health with, besides 200. */
const healthCodes = [429, 472, 473, 501, 503];
/** Folders of leases that are looked into before they are no longer counted. */
const mostFolders = 200;

/** Calls of one Vault: what each node tells anybody, and what it tells whoever is signed in. Throws OpsErrors. */
export class VaultApi {
  readonly access: VaultAccess;

  constructor(access: VaultAccess) {
    this.access = access;
  }

  get name(): string {
    return this.access.name;
  }

  async health(node: string, signal: AbortSignal): Promise<VaultHealth> {
    return this.#open("sys/health", node, healthSchema, signal, healthCodes);
  }

  sealStatus(node: string, signal: AbortSignal): Promise<SealStatus> {
    return this.#open("sys/seal-status", node, sealStatusSchema, signal);
  }

  leader(node: string, signal: AbortSignal) {
    return this.#open("sys/leader", node, leaderSchema, signal);
  }

  /** Enters one share at a node, or takes back those that were entered (null). */
  async unseal(
    node: string,
    share: string | null,
    how: Pick<SignedRequest, "signal" | "onSent" | "explain">,
  ): Promise<SealStatus> {
    const answer = await this.access.client.ask({
      ...how,
      method: "POST",
      path: "sys/unseal",
      namespace: null,
      node,
      body: share === null ? { reset: true } : { key: share },
    });
    return this.#fitting(sealStatusSchema, answer);
  }

  async mounts(signal: AbortSignal) {
    return (await this.access.read({ path: "sys/mounts", signal }, mountsSchema)).data;
  }

  async logins(signal: AbortSignal) {
    return (await this.access.read({ path: "sys/auth", signal }, namedSchema)).data;
  }

  async audits(signal: AbortSignal) {
    return (await this.access.read({ path: "sys/audit", namespace: null, signal }, namedSchema)).data;
  }

  async keyStatus(signal: AbortSignal) {
    return (await this.access.read({ path: "sys/key-status", namespace: null, signal }, keyStatusSchema))
      .data;
  }

  async autopilot(signal: AbortSignal): Promise<Autopilot> {
    const path = "sys/storage/raft/autopilot/state";
    return (await this.access.read({ path, namespace: null, signal }, autopilotSchema)).data;
  }

  async peers(signal: AbortSignal) {
    const path = "sys/storage/raft/configuration";
    return (await this.access.read({ path, namespace: null, signal }, raftSchema)).data.config.servers;
  }

  /** How many leases there are below a path; null where there are too many folders of them to be counted. */
  async leases(signal: AbortSignal, below = ""): Promise<number | null> {
    let count = 0;
    const folders = [below];
    for (let looked = 0; folders.length > 0; looked += 1) {
      if (looked >= mostFolders) return null;
      const folder = folders.shift() ?? "";
      for (const key of await this.list(`sys/leases/lookup/${folder}`, signal)) {
        if (key.endsWith("/")) folders.push(`${folder}${key}`);
        else count += 1;
      }
    }
    return count;
  }

  /** The names below a path, folders with a slash; none where there is nothing. */
  async list(path: string, signal: AbortSignal): Promise<string[]> {
    try {
      return (await this.access.read({ method: "LIST", path, signal }, keysSchema)).data.keys;
    } catch (error) {
      if (error instanceof OpsError && error.code === "vault.not-found") return [];
      throw error;
    }
  }

  async certificate(mount: string, serial: string, signal: AbortSignal) {
    return (await this.access.read({ path: `${mount}/cert/${serial}`, signal }, certificateSchema)).data;
  }

  async lease(id: string, signal: AbortSignal) {
    const request = { method: "POST", path: "sys/leases/lookup", body: { lease_id: id }, signal } as const;
    return (await this.access.read(request, leaseSchema)).data;
  }

  /** What changes something; `onSent` is called right before it leaves. */
  change(
    path: string,
    body: unknown,
    { signal, committed }: { signal: AbortSignal; committed(): void },
    more: Partial<SignedRequest> = {},
  ): Promise<unknown> {
    return this.access.ask({ method: "POST", path, body, signal, onSent: committed, ...more });
  }

  async #open<Schema extends z.ZodType>(
    path: string,
    node: string,
    schema: Schema,
    signal: AbortSignal,
    alsoTake: readonly number[] = [],
  ): Promise<z.output<Schema>> {
    const { client } = this.access;
    return this.#fitting(schema, await client.ask({ path, node, namespace: null, alsoTake, signal }));
  }

  #fitting<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw service.http(this.name).garbage();
    return parsed.data;
  }
}

/** A path of a secret as it stands in a URL. */
export function encodedPath(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "")
    .map(encodeURIComponent)
    .join("/");
}
