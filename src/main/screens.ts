import { OpsError } from "../shared/errors.ts";
import type { JournalWriter } from "../shared/journal.ts";
import { text } from "../shared/text.ts";
import type { Fleet } from "./fleet.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { consoleJournal, openJournalled } from "./opening.ts";
import type { RecordingStore } from "./recordings/recording-store.ts";
import type { ScreenSummary } from "./sessions/screen-session.ts";
import type { SessionRegistry } from "./sessions/session-registry.ts";

/** How long opening a screen may take, in milliseconds: a person may have to fetch a code from the machine. */
const openLimit = 6 * 60_000;

export interface ScreenParts {
  journal: JournalWriter;
  fleet: Pick<Fleet, "openScreen">;
  inventory: Pick<Inventory, "get">;
  sessions: SessionRegistry;
  recordings: RecordingStore;
}

/**
 * Opens the screen of a resource, journalled before and after, and gives the name of the channel that it waits on.
 * With `recorded` everything that it shows is written down from the first byte. Throws OpsError `screen.none` when
 * the resource has none, or what reaching it met.
 */
export async function openScreen(
  { journal, fleet, inventory, sessions, recordings }: ScreenParts,
  { resource, system, recorded }: { resource: string; system: string | undefined; recorded: boolean },
  signal: AbortSignal | undefined,
): Promise<string> {
  const events = consoleJournal(journal, "screen", resource);
  const source = await openJournalled(events, openLimit, signal, async (either) => {
    const opened = await fleet.openScreen(resource, system, either);
    if (!opened) throw noScreen(resource);
    return opened;
  });
  const { route, width, height } = source;
  const resourceName = inventory.get(resource)?.name ?? resource;
  const recorder = recorded ? recordings.begin({ resource, resourceName, width, height }) : null;
  const onEnded = ({ reason, code, seconds, bytesIn, bytesOut }: ScreenSummary) => {
    const recording = recorder?.begun ? recorder.recording.id : null;
    events.recordAfterwards("ended", { text: reason, code, route, seconds, bytesIn, bytesOut, recording });
  };
  return sessions.offerScreen(source, { recorder }, onEnded, { resource, system });
}

/**
 * Plays a recording, journalled before, and gives the name of the channel that it waits on. Throws OpsErrors
 * `recording.unknown`, `.under-way`, `.damaged` and `.cannot-read`.
 */
export async function replayRecording(
  { journal, sessions, recordings }: Pick<ScreenParts, "journal" | "sessions" | "recordings">,
  { id, from, speed }: { id: string; from: number; speed: number },
): Promise<string> {
  const replayed = recordings.get(id);
  consoleJournal(journal, "recording", replayed.resource).record("replaying", { recording: id });
  return sessions.offerScreen(await recordings.replay(id, { from, speed }), { replayed });
}

/** A piece of a recording's file, for saving it; the first one is journalled. Throws OpsErrors as the store does. */
export async function recordingPiece(
  { journal, recordings }: Pick<ScreenParts, "journal" | "recordings">,
  { id, offset }: { id: string; offset: number },
): Promise<{ total: number; piece: string }> {
  const { resource } = recordings.get(id);
  if (offset === 0) consoleJournal(journal, "recording", resource).record("saving", { recording: id });
  const { total, piece } = await recordings.piece(id, offset);
  return { total, piece: piece.toString("base64") };
}

/**
 * Removes a recording, journalled before and after. Throws OpsErrors `recording.unknown`,
 * `.under-way`, `.cannot-remove` and `journal.cannot-write`.
 */
export async function forgetRecording(
  { journal, recordings }: Pick<ScreenParts, "journal" | "recordings">,
  id: string,
): Promise<void> {
  const { resource, startedAt } = recordings.get(id);
  const events = consoleJournal(journal, "recording", resource);
  events.record("removing", { recording: id, startedAt: new Date(startedAt).toISOString() });
  await recordings.forget(id);
  events.recordAfterwards("removed", { recording: id });
}

function noScreen(resource: string): OpsError {
  return new OpsError({
    code: "screen.none",
    system: "console",
    message: text(`${resource} has no screen.`, `${resource} n'a pas d'écran.`),
    hint: text(
      "Declare one for it in the estate, in a system of type amt or vnc; VMs of vSphere and Proxmox VE bring their own.",
      "Déclarez-en un dans le parc, dans un système de type amt ou vnc ; les VM de vSphere et de Proxmox VE ont le leur.",
    ),
  });
}
