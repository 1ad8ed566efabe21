import type { Duplex } from "node:stream";
import { isConsented, noteConsentUse, startConsent } from "../../../world/consent.ts";
import type { RedirectionKind } from "../../../world/management.ts";
import type { AmtEngine } from "../engine.ts";
import { logIn } from "./log-in.ts";
import { Gone, MessageReader } from "./message-reader.ts";
import type { SerialPort } from "./serial-port.ts";
import { serveSerial } from "./serial-session.ts";

/** The first byte of the messages that open a session (IG, redirection library; the same over a WebSocket). */
const startSession = 0x10;
const startSessionReply = 0x11;
const endSession = 0x12;
const startSerial = 0x20;
const startScreen = 0x40;
const startScreenReply = 0x41;

/** What StartRedirectionSessionReply says. */
const status = { success: 0, unknownType: 1, busy: 2, unsupported: 3 } as const;

const kinds: Readonly<Record<string, RedirectionKind>> = { KVMR: "kvm", "SOL ": "sol", IDER: "ider" };

export interface RedirectionParts {
  engine: AmtEngine;
  serial: SerialPort;
  /** Whether the connection was logged in before, as one over the web port is. */
  isLetIn: boolean;
  /** Serves the screen, in the dialect of the machine's firmware. */
  serveScreen(stream: Duplex): void;
}

/**
 * Serves one connection of the redirection protocol: start of a session, log-in, then screen or serial line. Resolves
 * when the session has ended; whatever the far side sends, nothing is thrown.
 */
export async function serveRedirection(stream: Duplex, parts: RedirectionParts): Promise<void> {
  stream.on("error", () => stream.destroy());
  const reader = new MessageReader(stream);
  try {
    await serve(stream, reader, parts);
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
  } finally {
    // What was written last still goes out.
    stream.end(() => stream.destroy());
  }
}

async function serve(stream: Duplex, reader: MessageReader, parts: RedirectionParts): Promise<void> {
  const { engine } = parts;
  const start = await reader.take(8);
  if (start[0] !== startSession) return;
  const name = start.toString("latin1", 4, 8);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  const answer = kind ? stateOf(engine, kind) : status.unknownType;
  if (!kind || answer !== status.success) {
    stream.write(Buffer.from([startSessionReply, answer, 0, 0]));
    return;
  }
  const [major = 0, minor = 0] = engine.management.version.split(".").map(Number);
  stream.write(Buffer.from([startSessionReply, status.success, 0, 0, 0, 0, major, minor, 0, 0, 0, 0, 0]));
  const isLetIn = await logIn(reader, stream, engine, parts.isLetIn);
  if (!isLetIn) return;
  if (!engine.openSession(kind, () => stream.destroy())) return;
  try {
    const gone = new Promise<void>((resolve) => stream.once("close", () => resolve()));
    const first = await reader.take(1);
    if (kind === "kvm" && first[0] === startScreen) {
      await reader.take(7);
      if (openScreen(stream, reader, parts)) await gone;
    } else if (kind === "sol" && first[0] === startSerial) await serveSerial(reader, stream, parts);
    else if (first[0] === endSession) await reader.take(3);
  } finally {
    engine.closeSession(kind);
    noteConsentUse(engine.management.consent, engine.world.clock, false);
  }
}

/** Whether a session of that kind can begin now. */
function stateOf({ management, world }: AmtEngine, kind: RedirectionKind): number {
  const isEnabled = {
    kvm: management.kvmEnabled,
    sol: management.solEnabled,
    // The lab's firmware has no storage to redirect.
    ider: false,
  }[kind];
  if (!isEnabled || !management.listenerEnabled) return status.unsupported;
  if (management.open.has(kind)) return status.busy;
  const needsConsent = kind !== "kvm" && management.controlMode === "client";
  const now = world.clock.now();
  return needsConsent && !isConsented(management.consent, "other", "client", now)
    ? status.unsupported
    : status.success;
}

/** Begins to serve the screen. Without consent it starts to be asked for instead, and the connection ends. */
function openScreen(stream: Duplex, reader: MessageReader, parts: RedirectionParts): boolean {
  const { management, world, machine } = parts.engine;
  const now = world.clock.now();
  if (!isConsented(management.consent, "kvm", management.controlMode, now)) {
    if (startConsent(management.consent, now, parts.engine.newCode()) === "accepted") {
      world.announce(machine, "management");
    }
    return false;
  }
  noteConsentUse(management.consent, world.clock, true);
  stream.write(Buffer.from([startScreenReply, 0, 0, 0, 0, 0, 0, 0]));
  reader.leave();
  parts.serveScreen(stream);
  return true;
}
