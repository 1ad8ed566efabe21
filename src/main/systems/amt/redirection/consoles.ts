import type { Duplex } from "node:stream";
import { OpsError } from "../../../../shared/errors.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { Deadline } from "../../../reach/abort.ts";
import { createAmtTranslator, isAmtScreen } from "../../../rfb/amt-dialect/amt-translator.ts";
import { type ConnectRfbOptions, connectRfb } from "../../../rfb/connect.ts";
import type { ScreenSource, ShellSession, SystemConsole, SystemContext } from "../../system.ts";
import { readConsent, withConsent } from "../consent.ts";
import type { ConsentUse } from "../consent-faults.ts";
import type { MachineAccess } from "../machine-access.ts";
import { readPower } from "../power.ts";
import { type Door, openDoor } from "./door.ts";
import { noScreen, sessionClosed, sessionSilent, sessionTimedOut } from "./faults.ts";
import { HeldScreen } from "./held-screen.ts";
import { HeldSerial } from "./held-serial.ts";
import type { SessionKind } from "./messages.ts";
import { type ScreenWay, screenWay } from "./screen-way.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { openSession, openTime } from "./start.ts";

export interface MachineConsolesParts {
  access: MachineAccess;
  questions: SystemContext["questions"];
  /** Why a machine's last reading failed; null when it did not. */
  unread(resource: string): LocalText | null;
  connect?: (stream: Duplex, options: ConnectRfbOptions) => Promise<ScreenSource>;
  times?: Partial<ConsoleTimes>;
}

/** All in milliseconds. */
interface ConsoleTimes {
  /** For a session to open. */
  open: number;
  /** Of silence, after which a machine is asked whether it is still there. */
  silence: number;
}

const usualTimes: ConsoleTimes = { open: openTime, silence: 10_000 };

/** The screens and serial consoles of the machines of one system. */
export class MachineConsoles {
  readonly #parts: MachineConsolesParts;
  readonly #times: ConsoleTimes;

  constructor(parts: MachineConsolesParts) {
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
  }

  /** What can be opened on a machine, and why not by what is known. */
  offers(resource: string): SystemConsole[] {
    const { access, unread } = this.#parts;
    if (!access.has(resource)) return [];
    const machine = access.machine(resource);
    const error = unread(resource);
    const { by } = screenWay(machine);
    const none = by === "none" ? noScreen(machine.place.name).text : null;
    // The port of its own may well answer when the web port does not.
    const screenError = by === "vnc" ? null : error;
    return [
      { kind: "serial", unavailable: error },
      { kind: "screen", unavailable: none ?? screenError },
    ];
  }

  /** Opens Serial over LAN; asks for the consent of the person at the machine where its policy wants it. */
  async openSerial(resource: string, signal: AbortSignal): Promise<ShellSession> {
    const { access } = this.#parts;
    const { place } = access.machine(resource);
    await this.#consent(resource, "serial", signal);
    return this.#open(resource, "serial", signal, async (opening) => {
      const stream = await openSession(access.door(resource), "serial", opening, this.#times.open);
      const session = new HeldSerial({ stream, name: place.name, onHeard: () => watch.heard() });
      const watch = this.#watch(resource, (error) => session.end(sessionSilent(place.name, "serial", error)));
      session.onEnd(() => watch.close());
      return session;
    });
  }

  /** Opens the screen the way that the estate names; over AMT's redirection it asks for consent as above. */
  async openScreen(resource: string, signal: AbortSignal): Promise<ScreenSource> {
    const machine = this.#parts.access.machine(resource);
    const { place } = machine;
    const way = screenWay(machine);
    if (way.by === "none") throw noScreen(place.name);
    const answers = way.by === "redirection" || (await this.#answers(resource, signal));
    if (answers) await this.#consent(resource, "screen", signal);
    return this.#open(resource, "screen", signal, async (opening) => {
      const stream = await this.#screenStream(resource, way, opening);
      const source = await this.#connect(resource, way, stream, opening);
      const session = new HeldScreen({ source, stream, machine: place.name, onHeard: () => watch?.heard() });
      // Of a machine whose web port could not be reached before, its silence there says nothing.
      const watch = answers ? this.#watch(resource, (error) => session.fail(error)) : null;
      session.onEnd(() => watch?.close());
      return session;
    });
  }

  async #screenStream(resource: string, way: ScreenWay, signal: AbortSignal): Promise<Duplex> {
    const { access } = this.#parts;
    const { place } = access.machine(resource);
    if (way.by !== "vnc") return openSession(access.door(resource), "screen", signal, this.#times.open);
    const seconds = Math.round(this.#times.open / 1000);
    const deadline = new Deadline(this.#times.open, signal, () =>
      sessionTimedOut(place.name, "screen", seconds),
    );
    // This port never speaks TLS.
    const door: Door = { ...access.door(resource), place: way.place, tls: null };
    return openDoor(door, way.place.port, deadline.signal).finally(() => deadline.end());
  }

  #connect(resource: string, way: ScreenWay, stream: Duplex, signal: AbortSignal): Promise<ScreenSource> {
    const { access, connect = connectRfb } = this.#parts;
    const { place } = access.machine(resource);
    const password = way.by === "vnc" ? () => access.secret(way.password, resource) : null;
    const connecting = connect(stream, {
      name: place.name,
      system: "amt",
      route: way.by === "vnc" ? "rfb" : "amt-redirection",
      password,
      translate: (init) =>
        way.by === "redirection" || isAmtScreen(init)
          ? createAmtTranslator({ ...init, name: place.name, system: "amt" })
          : null,
      signal,
      deadline: this.#times.open,
    });
    return connecting.catch((thrown: unknown) => {
      const hungUp = thrown instanceof OpsError && thrown.code === "rfb.closed-early";
      throw hungUp && way.by === "redirection" ? sessionClosed(place.name, "screen", thrown) : thrown;
    });
  }

  #open<Session extends HeldScreen | HeldSerial>(
    resource: string,
    kind: SessionKind,
    signal: AbortSignal,
    open: (signal: AbortSignal) => Promise<Session>,
  ): Promise<Session> {
    const { sessions } = this.#parts.access;
    const { name } = this.#parts.access.machine(resource).place;
    return sessions.open({ id: resource, name }, kind, signal, open);
  }

  /** Whether the web port answers: where only the VNC port can be reached, AMT itself sees to its policy. */
  async #answers(resource: string, signal: AbortSignal): Promise<boolean> {
    try {
      await readConsent(this.#parts.access.client(resource), { signal });
      return true;
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      return false;
    }
  }

  #consent(resource: string, use: ConsentUse, signal: AbortSignal): Promise<void> {
    const { access, questions } = this.#parts;
    const parts = {
      client: access.client(resource),
      machine: access.machine(resource),
      questions,
      now: access.now,
      wait: access.wait,
    };
    return withConsent(parts, use, signal);
  }

  #watch(resource: string, onDead: (error: Error) => void): SilenceWatch {
    const client = this.#parts.access.client(resource);
    return new SilenceWatch({
      name: client.device.place.name,
      every: this.#times.silence,
      ask: (signal) => readPower(client, { signal }),
      onDead,
    });
  }
}
