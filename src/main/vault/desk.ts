import { OpsError } from "../../shared/errors.ts";
import type { NewJournalEvent } from "../../shared/journal.ts";
import type { VaultSystemConfig } from "../../shared/systems/vault.ts";
import { text } from "../../shared/text.ts";
import type { VaultStanding } from "../../shared/vaults.ts";
import type { Questions } from "../reach/questions.ts";
import type { Reach } from "../reach/reach.ts";
import type { SecretResolver } from "../secrets/resolver.ts";
import { VaultAccess } from "./access.ts";
import type { LifeClock } from "./clock.ts";
import type { Sending } from "./new-secrets.ts";
import { readReference } from "./reference.ts";

/** Milliseconds for the reading of one reference, a log-in that asks nobody included. */
const readTime = 60_000;

export interface VaultDeskParts {
  dial: Reach["dial"];
  /** The same for the Vault of one system, where each has its own; `dial` when left out. */
  dialOf?: (system: string) => Reach["dial"];
  secrets: SecretResolver;
  questions: Pick<Questions, "ask" | "interactive">;
  journal: { write(event: NewJournalEvent): unknown };
  clock: LifeClock;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  /** Keeps a value out of logs, errors and the journal from here on. */
  conceal(value: string): void;
  /** Has the system's browser open an address; left out where the person opens it from a link. */
  openBrowser?: ((url: string) => Promise<void>) | undefined;
}

/** The Vaults of the estate in force: each opened and closed by its system, and found here by whoever needs one. */
export class VaultDesk {
  readonly #parts: VaultDeskParts;
  readonly #open = new Map<string, VaultAccess>();
  readonly #listeners = new Set<() => void>();

  constructor(parts: VaultDeskParts) {
    this.#parts = parts;
  }

  /** Opens the Vault of a system; nothing is sent yet. `subject` is the resource that its log-in's secrets are for. */
  open(id: string, config: VaultSystemConfig, subject: string): VaultAccess {
    const dial = this.#parts.dialOf?.(id) ?? this.#parts.dial;
    const access = new VaultAccess({ ...this.#parts, dial, id, config, subject });
    this.#open.set(id, access);
    access.onChange(() => this.#changed());
    this.#changed();
    return access;
  }

  /** Closes a Vault that was opened here: its token is revoked where it is the console's own. */
  async close(access: VaultAccess): Promise<void> {
    if (this.#open.get(access.id) === access) this.#open.delete(access.id);
    this.#changed();
    await access.close();
  }

  /** Calls `listener` when `standings` may have changed, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  standings(): VaultStanding[] {
    return [...this.#open.values()].map(({ standing }) => standing);
  }

  /** Throws `vault.not-in-the-estate`. */
  get(id: string): VaultAccess {
    const access = this.#open.get(id);
    if (!access) throw notInTheEstate(id);
    return access;
  }

  /**
   * The value of a `vault:` reference; null where the estate has no Vault. Throws `vault.several` where it is not known
   * which to ask, `vault.malformed-reference`, and what VaultAccess throws.
   */
  async read(reference: string): Promise<string | null> {
    const access = this.#forReferences();
    if (!access) return null;
    const wanted = readReference(reference);
    if (!wanted) throw malformed(reference);
    return access.secrets.field(wanted, AbortSignal.timeout(readTime));
  }

  /** As NewSecrets.isThere, in the Vault that references are read from. */
  async isThere(reference: string, signal: AbortSignal): Promise<boolean> {
    const { access, wanted } = this.#placeOf(reference);
    return access.newSecrets.isThere(wanted, signal);
  }

  /** As NewSecrets.add, in the same; the value is kept out of logs, errors and the journal from here on. */
  async add(reference: string, value: string, how: Sending): Promise<void> {
    const { access, wanted } = this.#placeOf(reference);
    this.#parts.conceal(value);
    await access.newSecrets.add(wanted, value, how);
  }

  /** As NewSecrets.remove, in the same; what was read of it before is forgotten. */
  async remove(reference: string, how: Sending): Promise<void> {
    const { access, wanted } = this.#placeOf(reference);
    await access.newSecrets.remove(wanted, how);
    access.secrets.forget();
  }

  /** Throws `vault.not-in-the-estate`, `vault.several` and `vault.malformed-reference`. */
  #placeOf(reference: string) {
    const wanted = readReference(reference);
    if (!wanted) throw malformed(reference);
    const access = this.#forReferences();
    if (!access) throw noneInTheEstate();
    return { access, wanted };
  }

  /** The standing of the Vault that references are read from; null where there is none, or several. */
  standingForReferences(): VaultStanding | null {
    const [only, ...others] = this.#candidates();
    return only && others.length === 0 ? only.standing : null;
  }

  /** The Vault that references are read from, where somebody is signed in to it; null else. Never throws. */
  signedInForReferences(): VaultAccess | null {
    const [only, ...others] = this.#candidates();
    return only?.standing.state === "signed-in" && others.length === 0 ? only : null;
  }

  #forReferences(): VaultAccess | null {
    const [only, ...others] = this.#candidates();
    if (others.length > 0) throw several();
    return only ?? null;
  }

  #candidates(): VaultAccess[] {
    const all = [...this.#open.values()];
    const marked = all.filter(({ standing }) => standing.references);
    return marked.length > 0 ? marked : all;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function notInTheEstate(id: string): OpsError {
  return new OpsError({
    code: "vault.not-in-the-estate",
    system: "vault",
    message: text(`The estate has no Vault “${id}”.`, `Le parc n'a pas de Vault « ${id} ».`),
    hint: text(
      "Name a system of type `vault` of the estate file.",
      "Nommez un système de type « vault » du fichier de parc.",
    ),
  });
}

function noneInTheEstate(): OpsError {
  return new OpsError({
    code: "vault.not-in-the-estate",
    system: "vault",
    message: text("The estate has no Vault.", "Le parc n'a pas de Vault."),
    hint: text(
      "Declare a system of type `vault` in the estate file, or choose the keychain.",
      "Déclarez un système de type « vault » dans le fichier de parc, ou choisissez le trousseau.",
    ),
  });
}

function several(): OpsError {
  return new OpsError({
    code: "vault.several",
    system: "vault",
    message: text(
      "The estate has several Vaults, and it is not told which one `vault:` references are read from.",
      "Le parc a plusieurs Vault, et rien ne dit dans lequel lire les références « vault: ».",
    ),
    hint: text(
      "Set `references: true` at one of them in the estate file.",
      "Mettez « references: true » à l'un d'eux dans le fichier de parc.",
    ),
  });
}

function malformed(reference: string): OpsError {
  return new OpsError({
    code: "vault.malformed-reference",
    system: "vault",
    message: text(
      `${reference} names no secret in Vault.`,
      `${reference} ne désigne aucun secret dans Vault.`,
    ),
    hint: text(
      "Write vault:MOUNT/PATH#FIELD, or vault:MOUNT/PATH?version=N#FIELD.",
      "Écrivez vault:MONTAGE/CHEMIN#CHAMP, ou vault:MONTAGE/CHEMIN?version=N#CHAMP.",
    ),
  });
}
