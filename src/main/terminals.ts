import { OpsError } from "../shared/errors.ts";
import { text } from "../shared/text.ts";
import type { Services } from "./contract/services.ts";
import { consoleJournal, openJournalled } from "./opening.ts";

/** How long opening a terminal may take, in milliseconds: a person may have to fetch a code from the machine. */
const openLimit = 6 * 60_000;

/**
 * Opens a terminal on a resource, journalled before and after, and gives the name of the channel that it waits on.
 * Throws OpsError `terminal.none` when the resource has none, or what reaching it met.
 */
export async function openTerminal(
  services: Pick<Services, "journal" | "fleet" | "sessions">,
  resource: string,
  system: string | undefined,
  size: { columns: number; rows: number },
  signal: AbortSignal | undefined,
): Promise<string> {
  const { journal, fleet, sessions } = services;
  const events = consoleJournal(journal, "terminal", resource);
  const shell = await openJournalled(events, openLimit, signal, async (either) => {
    const opened = await fleet.openShell(resource, system, size, either);
    if (!opened) throw noTerminal(resource);
    return opened;
  });
  return sessions.offerTerminal(
    shell,
    ({ exitCode, bytesIn, bytesOut }) => events.recordAfterwards("ended", { exitCode, bytesIn, bytesOut }),
    { resource, system },
  );
}

function noTerminal(resource: string): OpsError {
  return new OpsError({
    code: "terminal.none",
    system: "console",
    message: text(`${resource} has no terminal.`, `${resource} n'a pas de terminal.`),
    hint: text(
      "Open one on a host that the estate reaches over SSH, on a Proxmox VE node or container, or in a running pod.",
      "Ouvrez-en un sur un hôte que le parc atteint par SSH, un nœud ou un conteneur Proxmox VE, ou dans un pod en fonctionnement.",
    ),
  });
}
