import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import { type Channel, channelState } from "../../../shared/channel.ts";
import type { WireError } from "../../../shared/errors.ts";
import { type TerminalCommand, terminalEventSchema } from "../../../shared/terminal.ts";
import type { LocalText } from "../../../shared/text.ts";
import { toWireError } from "../../state/wire-error.ts";
import { swallowUnsafeSequences } from "./safe-sequences.ts";
import { withStyleNonce } from "./style-nonce.ts";

/** How a terminal stands. */
export type TerminalState =
  | { phase: "opening" }
  | { phase: "live" }
  | {
      phase: "ended";
      exitCode: number | null;
      reason: LocalText | null;
      hint: LocalText | null;
      error: WireError | null;
    };

const endedPlainly: Extract<TerminalState, { phase: "ended" }> = {
  phase: "ended",
  exitCode: null,
  reason: null,
  hint: null,
  error: null,
};

/** What a session needs of the window: asking main for a channel, and opening it. */
export interface TerminalPorts {
  request(size: { columns: number; rows: number }, signal: AbortSignal): Promise<string>;
  open(channel: string): Channel;
}

/** The shell's input is cut into pieces that the protocol allows. */
const largestInput = 256 * 1024;

const colours = {
  background: "#0b141c",
  foreground: "#e7edf2",
  cursor: "#f5b95a",
  selectionBackground: "#2f5f8a",
  black: "#2b3742",
  red: "#ff8f8a",
  green: "#8fd16a",
  yellow: "#f5b95a",
  blue: "#82bdf5",
  magenta: "#d3a6f0",
  cyan: "#7fd6d6",
  white: "#e7edf2",
};

/**
 * One shell on one resource: the screen (xterm.js) and its channel. It lives on while its tab is not shown. Bytes
 * are acknowledged once the screen has taken them; main stops reading from the host when too many are not.
 */
export class ShellScreen {
  readonly terminal: Terminal;
  readonly search = new SearchAddon();
  readonly #fit = new FitAddon();
  readonly #ports: TerminalPorts;
  readonly #listeners = new Set<() => void>();
  readonly #element = document.createElement("div");
  #state: TerminalState = endedPlainly;
  #channel: Channel | null = null;
  #opening: AbortController | null = null;
  #attached = false;

  constructor(ports: TerminalPorts) {
    this.#ports = ports;
    this.#element.className = "terminal-screen";
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: false,
      fontFamily: '"Red Hat Mono", ui-monospace, monospace',
      fontSize: 13,
      scrollback: 10_000,
      minimumContrastRatio: 4.5,
      theme: colours,
      linkHandler: { activate: () => {} },
      windowOptions: {},
    });
    swallowUnsafeSequences(this.terminal.parser);
    this.terminal.loadAddon(this.#fit);
    this.terminal.loadAddon(this.search);
    this.terminal.onData((words) => this.#type(words));
    this.terminal.onBinary((words) => this.#type(words));
    this.terminal.onResize(({ cols, rows }) => this.#tell({ type: "resize", columns: cols, rows }));
  }

  read = (): TerminalState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Puts the screen into the page; the result takes it out again and leaves the shell running. */
  attach(place: HTMLElement): () => void {
    place.append(this.#element);
    if (!this.#attached) {
      this.#attached = true;
      withStyleNonce(document, () => this.terminal.open(this.#element));
    }
    this.fit();
    const observer = new ResizeObserver(() => this.fit());
    observer.observe(place);
    return () => {
      observer.disconnect();
      this.#element.remove();
    };
  }

  /** Fits columns and rows to the place; the far side hears of it. */
  fit(): void {
    if (this.#element.isConnected && this.#element.clientHeight > 0) this.#fit.fit();
  }

  /** Opens a shell; does nothing while one is open or being opened. */
  async connect(): Promise<void> {
    if (this.#state.phase !== "ended") return;
    const opening = new AbortController();
    this.#opening = opening;
    this.#become({ phase: "opening" });
    try {
      const size = { columns: this.terminal.cols, rows: this.terminal.rows };
      const name = await this.#ports.request(size, opening.signal);
      if (opening.signal.aborted) return;
      this.#join(this.#ports.open(name));
    } catch (thrown) {
      if (opening.signal.aborted) return;
      this.#become({ ...endedPlainly, error: toWireError(thrown) });
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  /** Ends the shell from this side. */
  disconnect(): void {
    this.#opening?.abort();
    this.#opening = null;
    const channel = this.#channel;
    this.#channel = null;
    if (channel) {
      channel.onclose = null;
      channel.onmessage = null;
      channel.close(1000, "closed by the operator");
    }
    if (this.#state.phase !== "ended") {
      this.#become(endedPlainly);
    }
  }

  dispose(): void {
    this.disconnect();
    this.#listeners.clear();
    this.terminal.dispose();
    this.#element.remove();
  }

  #join(channel: Channel): void {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => {
      if (channel !== this.#channel) return;
      if (data instanceof ArrayBuffer) this.#show(channel, new Uint8Array(data));
      else this.#hear(data);
    };
    channel.onclose = () => {
      if (channel !== this.#channel) return;
      this.#channel = null;
      if (this.#state.phase !== "ended") {
        this.#become({ ...endedPlainly, reason: connectionLostText });
      }
    };
  }

  #show(channel: Channel, bytes: Uint8Array): void {
    this.terminal.write(bytes, () => {
      if (channel === this.#channel) this.#tell({ type: "acknowledge", bytes: bytes.byteLength });
    });
  }

  #hear(data: unknown): void {
    const event = terminalEventSchema.safeParse(parseJson(data));
    if (!event.success) return;
    if (event.data.type === "opened") {
      this.#become({ phase: "live" });
      // The screen may have been fitted while the shell was being opened.
      this.#tell({ type: "resize", columns: this.terminal.cols, rows: this.terminal.rows });
      return;
    }
    const { exitCode, reason, hint } = event.data;
    this.#become({ phase: "ended", exitCode, reason, hint, error: null });
  }

  #type(words: string): void {
    if (this.#state.phase !== "live") return;
    for (let start = 0; start < words.length; start += largestInput) {
      this.#tell({ type: "input", data: words.slice(start, start + largestInput) });
    }
  }

  #tell(command: TerminalCommand): void {
    if (this.#channel?.readyState === channelState.open) this.#channel.send(JSON.stringify(command));
  }

  #become(state: TerminalState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

const connectionLostText: LocalText = {
  en: "The connection to the console was lost, and the shell with it.",
  fr: "La connexion à la console a été perdue, et le shell avec elle.",
};

function parseJson(data: unknown): unknown {
  if (typeof data !== "string") return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
