import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import type { ActionRegistry } from "../actions/registry.ts";
import type { ActionRunner } from "../actions/runner.ts";
import type { TicketChannel } from "../certificates/actions/ticket.ts";
import type { KeyKeeper } from "../certificates/key-keeper.ts";
import { watchForTickets } from "../certificates/ticket-watch.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { SecretService } from "../secrets/secret-service.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";

const keychain = /^keychain:([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

/** Keys of certificates that are made here are secrets like all others: in the keychain, or the passphrase file. */
export function keysInSecrets(secrets: SecretService): KeyKeeper {
  const nameOf = (reference: string) => {
    const name = keychain.exec(reference)?.[1];
    if (name === undefined) throw new RangeError(`${reference} is no place for a key`);
    return name;
  };
  const read = async (reference: string, subject: string) =>
    (await secrets.resolve(`keychain:${nameOf(reference)}`, subject)).reveal();
  return {
    takes: (reference) => keychain.test(reference),
    async has(reference, subject) {
      try {
        await read(reference, subject);
        return true;
      } catch (thrown) {
        if (thrown instanceof OpsError && thrown.code === "secrets.unknown") return false;
        throw thrown;
      }
    },
    keep: async (reference, key) => void (await secrets.set(nameOf(reference), key)),
    read,
    forget: async (reference) => void (await secrets.forget(nameOf(reference))),
  };
}

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
