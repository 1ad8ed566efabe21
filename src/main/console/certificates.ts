import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import { secretReferenceSchema } from "../../shared/estate-access.ts";
import type { CertificateRules } from "../../shared/estate-certificates.ts";
import { text } from "../../shared/text.ts";
import type { ActionRegistry } from "../actions/registry.ts";
import type { ActionRunner } from "../actions/runner.ts";
import type { TicketChannel } from "../certificates/actions/ticket.ts";
import type { KeyKeeper } from "../certificates/key-keeper.ts";
import type { CertificateSigner } from "../certificates/signer.ts";
import { watchForTickets } from "../certificates/ticket-watch.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { SecretService } from "../secrets/secret-service.ts";
import { isRevoked, revokeIssued, serialOf, signRequest } from "../vault/certificate-authority.ts";
import type { VaultDesk } from "../vault/desk.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";

const keychain = /^keychain:([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;
/** The field of a secret in Vault that holds a key. */
const keyField = "key";

/** What keys are kept with: the secrets of this console, and the Vault of the estate. */
export interface KeyStores {
  secrets: Pick<SecretService, "resolve" | "set" | "forget">;
  vaults: Pick<VaultDesk, "isThere" | "add" | "remove">;
  rules(): CertificateRules | undefined;
}

/**
 * Keys of certificates that are made here are secrets like all others: in the keychain or the passphrase file, or in Vault
 * below the path that the estate names, where check-and-set keeps one from being written over another.
 */
export function keysInSecrets({ secrets, vaults, rules }: KeyStores): KeyKeeper {
  const nameOf = (reference: string) => keychain.exec(reference)?.[1] ?? null;
  const folder = () => rules()?.keys?.vault ?? null;
  const isInVault = (reference: string) =>
    folder() !== null && reference.startsWith(`vault:${folder()}/`) && reference.endsWith(`#${keyField}`);
  const read = async (reference: string, subject: string) => {
    const parsed = secretReferenceSchema.safeParse(reference);
    if (!parsed.success) throw new RangeError(`${reference} is no place for a key`);
    return (await secrets.resolve(parsed.data, subject)).reveal();
  };
  return {
    places() {
      if (folder() === null) return ["keychain"];
      return rules()?.keys?.usual === "keychain" ? ["keychain", "vault"] : ["vault", "keychain"];
    },
    referenceOf: (place, name) =>
      place === "keychain" ? `keychain:${name}` : `vault:${folder() ?? ""}/${name}#${keyField}`,
    takes: (reference) =>
      nameOf(reference) !== null ||
      (isInVault(reference) && secretReferenceSchema.safeParse(reference).success),
    async has(reference, subject, signal) {
      if (nameOf(reference) === null) return vaults.isThere(reference, signal);
      try {
        await read(reference, subject);
        return true;
      } catch (thrown) {
        if (thrown instanceof OpsError && thrown.code === "secrets.unknown") return false;
        throw thrown;
      }
    },
    async keep(reference, key, change) {
      const name = nameOf(reference);
      if (name === null) return vaults.add(reference, key, change);
      change.committed();
      await secrets.set(name, key);
    },
    read,
    async forget(reference, change) {
      const name = nameOf(reference);
      if (name === null) return vaults.remove(reference, change);
      change.committed();
      await secrets.forget(name);
    },
  };
}

/** The role of a Vault's PKI that the estate has requests signed by. */
export function vaultSigner(
  rules: CertificateRules | undefined,
  vaults: VaultDesk,
): CertificateSigner | null {
  const place = rules?.signer;
  if (!place) return null;
  const { vault, mount, role } = place;
  return {
    name: text(`the role ${role} of ${vault}`, `le rôle ${role} de ${vault}`),
    sign: (request, change) => signRequest(vaults.get(vault), { mount, role, request }, change),
    async revoke(certificate, change) {
      const serial = serialOf(certificate);
      try {
        await revokeIssued(vaults.get(vault), { mount, serial }, change);
        return null;
      } catch (thrown) {
        const isRefused = thrown instanceof OpsError && notRevoked.has(thrown.code);
        if (!isRefused) throw thrown;
        const byHand = `vault write ${mount}/revoke serial_number=${serial}`;
        return text(
          `${thrown.text.en} It is still valid: have it revoked by hand (${byHand}), then try again.`,
          `${thrown.text.fr} Il reste valable : faites-le révoquer à la main (${byHand}), puis réessayez.`,
        );
      }
    },
    isRevoked: (certificate, signal) =>
      isRevoked(vaults.get(vault), { mount, serial: serialOf(certificate) }, signal),
  };
}

/** What a Vault answers that was asked and has revoked nothing. */
const notRevoked: ReadonlySet<string> = new Set(["vault.not-allowed", "vault.certificate-unknown"]);

/** The channel that the estate has tickets announced to. */
export function ticketChannel(
  estate: Estate | null,
  inventory: Pick<Inventory, "get">,
  registry: Pick<ActionRegistry, "find">,
): TicketChannel | null {
  const id = estate?.certificates?.ticket;
  const resource = id === undefined ? null : inventory.get(id);
  const announce = resource && registry.find("webhook.announce", resource);
  return resource && announce ? { resource, announce } : null;
}

/** Opens tickets by itself from now on, where the estate has this console do so. */
export function startTickets(
  { endings, now, report }: Ground,
  { watcher }: Declared,
  { certificates }: Knowledge,
  runner: Pick<ActionRunner, "start">,
): void {
  endings.add(
    watchForTickets({
      desk: certificates,
      isWanted: () => {
        const rules = watcher.estate?.certificates;
        return rules?.automatic === true && rules.ticket !== undefined;
      },
      open: (resource) =>
        runner.start({
          action: "certificates.ticket",
          resources: [resource],
          input: {},
          ...{ reason: "", confirmation: "", concurrency: 1, deadline: 120_000 },
        }),
      onError: (thrown) => report(toOpsError(thrown, "certificates")),
      now,
    }),
  );
}
