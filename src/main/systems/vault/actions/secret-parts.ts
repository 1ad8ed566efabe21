import { z } from "zod";
import { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { secretPathSchema } from "../../../../shared/vault-secrets.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { encodedPath } from "../api.ts";
import { type FullMetadata, momentOf, secretMetadataSchema } from "../secret-answers.ts";
import { lineField, type VaultActionParts } from "./parts.ts";

export const pathSchema = z.string().trim().pipe(secretPathSchema);
export const versionSchema = z.coerce.number().int().min(0).max(1_000_000);
export const pathField = lineField("path", text("Path of the secret", "Chemin du secret"));
export const versionField = lineField("version", text("Version", "Version"), { type: "number" });

/** What actions on secrets of KV 2 have in common: which mount, and what its metadata says. */
export class SecretParts {
  readonly #parts: VaultActionParts;

  constructor(parts: VaultActionParts) {
    this.#parts = parts;
  }

  /** What stands the same in each of these actions. */
  get shared() {
    const { observer } = this.#parts;
    return {
      kinds: ["service"],
      bulk: false,
      appliesTo: ({ id }: { id: string }) => {
        const mount = observer.mountOf(id);
        return mount?.type === "kv" && mount.version === "2";
      },
    } as const;
  }

  /** The path of the API for a secret, such as that of its `data`. */
  at(kind: string, { resource }: Pick<ActionContext, "resource">, path: string): string {
    const mount = this.#parts.observer.mountOf(resource.id)?.path ?? "";
    return `${mount}/${kind}/${encodedPath(path)}`;
  }

  /** The metadata of a secret; null for one that is not there. */
  async known(context: ActionContext, path: string): Promise<FullMetadata | null> {
    const request = { path: this.at("metadata", context, path), signal: context.signal };
    try {
      return (await this.#parts.api.access.read(request, secretMetadataSchema)).data;
    } catch (error) {
      if (error instanceof OpsError && error.code === "vault.not-found") return null;
      throw error;
    }
  }

  /** The newest version; 0 where there is none. */
  async newest(context: ActionContext, path: string): Promise<number> {
    return (await this.known(context, path))?.current_version ?? 0;
  }

  /** How a version stands. */
  async standing(context: ActionContext, path: string, version: number): Promise<Standing> {
    const one = (await this.known(context, path))?.versions[String(version)];
    if (!one) return "gone";
    if (one.destroyed) return "destroyed";
    const deletedAt = momentOf(one.deletion_time);
    // A moment to come is when Vault will delete it by itself.
    return deletedAt !== null && deletedAt <= this.#parts.now() ? "deleted" : "there";
  }
}

export type Standing = keyof typeof standingWords;

export const standingWords = {
  gone: text("There is no such version.", "Cette version n'existe pas."),
  destroyed: text(
    "It was destroyed, and cannot come back.",
    "Elle a été détruite et ne peut pas être rétablie.",
  ),
  deleted: text("It is deleted, and can be brought back.", "Elle est supprimée et peut être rétablie."),
  there: text("It is there.", "Elle est présente."),
} as const;

export const newestWords = (newest: number) =>
  newest === 0
    ? text("There is no such secret yet.", "Ce secret n'existe pas encore.")
    : text(`Its newest version is ${newest}.`, `Sa dernière version est la ${newest}.`);
