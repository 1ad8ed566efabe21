import { type Channel, channelState } from "../../shared/channel.ts";
import { toOpsError } from "../../shared/errors.ts";
import {
  type TerminalCommand,
  type TerminalEvent,
  terminalCommandSchema,
  terminalWindow,
} from "../../shared/terminal.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { ShellSession } from "../systems/system.ts";

/** How a terminal session ended, for the journal; counts are bytes, what was typed and shown is not kept. */
export interface TerminalEnd {
  exitCode: number | null;
  reason: LocalText;
  bytesIn: number;
  bytesOut: number;
}

/** How a shell ended, and what can be done about it. */
interface Ending {
  exitCode: number | null;
  reason: LocalText;
  hint: LocalText | null;
}

/** What may lie in the channel's buffer before the shell is paused, in bytes. */
const bufferLimit = 1024 * 1024;
/** Normal closure and a breach of the protocol (RFC 6455, 7.4.1). */
const normalClosure = 1000;
const protocolError = 1002;

/**
 * Joins a shell to a channel by the protocol of shared/terminal.ts. The shell is paused until the channel is there,
 * and whenever more is under way than the renderer has painted; it is closed when the channel closes, and the channel
 * when the shell ends. Both ends are told once, whoever ends it.
 */
export class TerminalSession {
  readonly #shell: ShellSession;
  readonly #onEnded: (end: TerminalEnd) => void;
  #channel: Channel | null = null;
  #shellEnd: Ending | null = null;
  #paused = true;
  #ended = false;
  #unacknowledged = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  /** `onEnded` is called exactly once. The shell belongs to the session from here on. */
  constructor(shell: ShellSession, onEnded: (end: TerminalEnd) => void) {
    this.#shell = shell;
    this.#onEnded = onEnded;
    shell.pause();
    shell.onData((bytes) => this.#show(bytes));
    shell.onEnd((end) => this.#shellEnded(end.exitCode, end.error));
  }

  /** Starts the exchange on an open channel. May be called once. */
  attach(channel: Channel): void {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onclose = () => this.#end(plainly(closedByWindow));
    channel.onmessage = ({ data }) => this.#receive(data);
    this.#tell({ type: "opened" });
    if (this.#shellEnd) this.#end(this.#shellEnd);
    else this.#regulate();
  }

  /** Ends the session from this side: the shell is closed, the window is told why. */
  end(reason: LocalText): void {
    this.#end(plainly(reason));
  }

  #show(bytes: Uint8Array): void {
    if (this.#ended || this.#channel?.readyState !== channelState.open) return;
    this.#bytesOut += bytes.byteLength;
    this.#unacknowledged += bytes.byteLength;
    this.#send(bytes);
    this.#regulate();
  }

  #receive(data: unknown): void {
    if (this.#ended) return;
    const command = readCommand(data);
    if (!command) {
      this.#end(plainly(notTheProtocol), protocolError);
      return;
    }
    try {
      this.#obey(command);
    } catch (thrown) {
      this.#end(failed(thrown));
    }
  }

  #obey(command: TerminalCommand): void {
    switch (command.type) {
      case "input":
        this.#bytesIn += Buffer.byteLength(command.data);
        this.#shell.write(command.data);
        return;
      case "resize":
        this.#shell.resize(command.columns, command.rows);
        return;
      case "acknowledge":
        this.#unacknowledged = Math.max(0, this.#unacknowledged - command.bytes);
        this.#regulate();
    }
  }

  /** Whatever lies in the channel's buffer is unacknowledged too, so that an acknowledgement always follows. */
  #regulate(): void {
    if (this.#ended || !this.#channel) return;
    const full = this.#unacknowledged > terminalWindow || this.#channel.bufferedAmount > bufferLimit;
    if (full === this.#paused) return;
    this.#paused = full;
    if (full) this.#shell.pause();
    else this.#shell.resume();
  }

  #shellEnded(exitCode: number | null, error: Error | null): void {
    const ending = error
      ? { ...failed(error), exitCode }
      : { ...plainly(shellEndedWords(exitCode)), exitCode };
    if (this.#channel) this.#end(ending);
    else this.#shellEnd ??= ending;
  }

  #end({ exitCode, reason, hint }: Ending, code = normalClosure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#tell({ type: "ended", exitCode, reason, hint });
    const channel = this.#channel;
    if (channel) {
      channel.onmessage = null;
      channel.onclose = null;
      if (channel.readyState <= channelState.open) channel.close(code);
    }
    this.#shell.close();
    this.#onEnded({ exitCode, reason, bytesIn: this.#bytesIn, bytesOut: this.#bytesOut });
  }

  #tell(event: TerminalEvent): void {
    if (this.#channel?.readyState === channelState.open) this.#send(JSON.stringify(event));
  }

  /** A channel that closes at this very moment refuses the message; its close notice follows. */
  #send(message: string | Uint8Array): void {
    try {
      this.#channel?.send(message);
    } catch (thrown) {
      this.#end(failed(thrown));
    }
  }
}

function readCommand(data: unknown): TerminalCommand | null {
  if (typeof data !== "string") return null;
  try {
    return terminalCommandSchema.parse(JSON.parse(data));
  } catch {
    return null;
  }
}

const closedByWindow = text("The terminal was closed.", "Le terminal a été fermé.");
const notTheProtocol = text(
  "The terminal was closed because the window sent something that is not part of its protocol.",
  "Le terminal a été fermé car la fenêtre a envoyé un message étranger à son protocole.",
);

function shellEndedWords(exitCode: number | null): LocalText {
  return exitCode === null
    ? text("The shell has ended.", "Le shell s'est terminé.")
    : text(
        `The shell has ended with exit code ${exitCode}.`,
        `Le shell s'est terminé avec le code de sortie ${exitCode}.`,
      );
}

function plainly(reason: LocalText): Ending {
  return { exitCode: null, reason, hint: null };
}

function failed(thrown: unknown): Ending {
  const { text: reason, hint } = toOpsError(thrown, "terminal");
  return { exitCode: null, reason, hint };
}
