import { OpsError, toOpsError } from "../shared/errors.ts";
import { text } from "../shared/text.ts";
import type { Services } from "./contract/services.ts";
import type { ShellSession } from "./systems/system.ts";

/** How long opening a shell may take, in milliseconds: hops, log-in and all. */
const openLimit = 45_000;

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
  const limit = AbortSignal.timeout(openLimit);
  const record = (type: string, data: Record<string, string | number | null>) =>
    journal.write({ type, subject: resource, task: null, data });
  /** Of what has happened already the journal is told if it can be; its own state shows that it cannot. */
  const recordAfterwards = (type: string, data: Record<string, string | number | null>) => {
    try {
      record(type, data);
    } catch {
      return;
    }
  };
  record("terminal.opening", {});
  let shell: ShellSession | null = null;
  try {
    shell = await fleet.openShell(resource, system, size, signal ? AbortSignal.any([signal, limit]) : limit);
    if (!shell) throw noTerminal(resource);
    record("terminal.opened", {});
  } catch (thrown) {
    shell?.close();
    const error = toOpsError(thrown, "console");
    recordAfterwards("terminal.failed", { code: error.code });
    throw thrown;
  }
  return sessions.offerTerminal(shell, ({ exitCode, bytesIn, bytesOut }) =>
    recordAfterwards("terminal.ended", { exitCode, bytesIn, bytesOut }),
  );
}

function noTerminal(resource: string): OpsError {
  return new OpsError({
    code: "terminal.none",
    system: "console",
    message: text(`${resource} has no terminal.`, `${resource} n'a pas de terminal.`),
    hint: text(
      "Open one on a host that the estate reaches over SSH.",
      "Ouvrez-en un sur un hôte que le parc atteint par SSH.",
    ),
  });
}
