import { OpsError } from "../../../shared/errors.ts";
import {
  mostNames,
  type SecretFolder,
  type SecretRecord,
  type SecretSearch,
  secretPathSchema,
} from "../../../shared/vault-secrets.ts";
import type { SecretTree } from "../system.ts";
import { encodedPath, type VaultApi } from "./api.ts";
import {
  type FullMetadata,
  momentOf,
  secretEngineSchema,
  secretMetadataSchema,
  subkeysSchema,
} from "./secret-answers.ts";
import { noSuchSecret } from "./secret-faults.ts";
import { type SearchLimits, searchNames } from "./secret-search.ts";

/** How many versions KV 2 keeps where nothing is set. */
const usualVersions = 10;

export interface VaultSecretTreeParts {
  api: VaultApi;
  /** The system, and the mount's path without slashes at its ends. */
  system: string;
  mount: string;
  versioned: boolean;
  now(): number;
  limits?: SearchLimits | undefined;
}

/** The secrets of one KV mount by their names and versions. Nothing here ever asks Vault for a value. */
export class VaultSecretTree implements SecretTree {
  readonly system: string;
  readonly #parts: VaultSecretTreeParts;

  constructor(parts: VaultSecretTreeParts) {
    this.system = parts.system;
    this.#parts = parts;
  }

  pathOf(path: string): string {
    return `${this.#parts.mount}/${path}`;
  }

  /** The names in a folder, by name. Throws `vault.…`. */
  async folder(folder: string, signal: AbortSignal): Promise<SecretFolder> {
    const { versioned, now } = this.#parts;
    const names = await this.#names(folder, signal);
    const shown = names.slice(0, mostNames);
    return {
      folder,
      versioned,
      folders: shown.filter((name) => name.endsWith("/")).map((name) => name.slice(0, -1)),
      secrets: shown.filter((name) => !name.endsWith("/")),
      cut: names.length > shown.length,
      readAt: now(),
    };
  }

  /** What is known of a secret besides its values. Throws `vault.no-such-secret`, `vault.…`. */
  async secret(path: string, signal: AbortSignal): Promise<Omit<SecretRecord, "usedBy">> {
    return this.#parts.versioned ? this.#versionedSecret(path, signal) : this.#plainSecret(path, signal);
  }

  search(folder: string, words: string, signal: AbortSignal): AsyncIterable<SecretSearch> {
    const list = (below: string, ending: AbortSignal) => this.#names(below, ending);
    return searchNames({ folder, words, list, limits: this.#parts.limits }, signal);
  }

  async #names(folder: string, signal: AbortSignal): Promise<string[]> {
    const { api, mount, versioned } = this.#parts;
    const below = folder === "" ? "" : `${encodedPath(folder)}/`;
    const names = await api.list(versioned ? `${mount}/metadata/${below}` : `${mount}/${below}`, signal);
    return names.filter(isName).sort((one, other) => one.localeCompare(other, "en"));
  }

  async #versionedSecret(path: string, signal: AbortSignal): Promise<Omit<SecretRecord, "usedBy">> {
    const { api, mount, now } = this.#parts;
    const request = { path: `${mount}/metadata/${encodedPath(path)}`, signal };
    const { data } = await api.access.read(request, secretMetadataSchema).catch((error: unknown) => {
      if (error instanceof OpsError && error.code === "vault.not-found")
        throw noSuchSecret(api.name, this.pathOf(path));
      throw error;
    });
    const [engine, fields] = await Promise.all([
      // Who may read secrets may often not read how the mount is set up, nor list fields; nothing else is lost with that.
      seen(api.access.read({ path: `${mount}/config`, signal }, secretEngineSchema)),
      seen(api.access.read({ path: `${mount}/subkeys/${encodedPath(path)}`, signal }, subkeysSchema)),
    ]);
    const subkeys = fields?.data.subkeys;
    return {
      path,
      versioned: true,
      versions: versionsOf(data, now()),
      current: data.current_version,
      createdAt: momentOf(data.created_time),
      updatedAt: momentOf(data.updated_time),
      maxVersions: data.max_versions || (engine ? engine.data.max_versions || usualVersions : null),
      checkAndSet: data.cas_required || engine?.data.cas_required === true,
      notes: data.custom_metadata ?? {},
      fields: subkeys ? Object.keys(subkeys).sort() : null,
      readAt: now(),
    };
  }

  /** Without versions there is nothing to be told but that it is there, and the list of its folder tells that. */
  async #plainSecret(path: string, signal: AbortSignal): Promise<Omit<SecretRecord, "usedBy">> {
    const { api, now } = this.#parts;
    const at = path.lastIndexOf("/");
    const names = await this.#names(at < 0 ? "" : path.slice(0, at), signal);
    if (!names.includes(path.slice(at + 1))) throw noSuchSecret(api.name, this.pathOf(path));
    return {
      path,
      versioned: false,
      versions: [],
      current: null,
      createdAt: null,
      updatedAt: null,
      maxVersions: null,
      checkAndSet: false,
      notes: {},
      fields: null,
      readAt: now(),
    };
  }
}

/** A name that leads out of its folder is none, whoever sent it. */
function isName(name: string): boolean {
  return secretPathSchema.safeParse(name.replace(/\/$/, "")).success && !/\/./.test(name);
}

function versionsOf({ versions }: FullMetadata, now: number): SecretRecord["versions"] {
  return Object.entries(versions)
    .map(([version, { created_time, deletion_time, destroyed }]) => {
      const deletedAt = momentOf(deletion_time);
      return {
        version: Number(version),
        createdAt: momentOf(created_time),
        deletedAt,
        deleted: deletedAt !== null && deletedAt <= now,
        destroyed,
      };
    })
    .sort((one, other) => other.version - one.version);
}

/** Null for what is not there or may not be seen. */
async function seen<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (error) {
    if (
      error instanceof OpsError &&
      /^vault\.(not-allowed|not-found|unsupported|refused|garbage)$/.test(error.code)
    )
      return null;
    throw error;
  }
}
