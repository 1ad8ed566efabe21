import { type Channel, channelState, closeCode, isChannelName } from "../../shared/channel.ts";
import { PortChannel } from "../../shared/port-channel.ts";
import { openRequestType, readPortDelivery } from "../../shared/port-request.ts";

/** How long main may take to answer an opening, in milliseconds. */
const openDeadline = 10_000;
/** What may wait for the opening, in bytes. */
const largestWait = 1024 * 1024;
/** Main is trusted with more than it trusts us with: the first frame of a large list, a screen's pixels. */
const largestMessage = 64 * 1024 * 1024;

/**
 * Opens the channel `name` (`calls` or `session/<token>`) to main: a port from the preload in the desktop shell, a
 * WebSocket to our own server in the browser shell. It starts as connecting; what is sent meanwhile is kept. When
 * it cannot be opened it closes with a code of `closeCode`. Throws TypeError for a name that no channel can have.
 */
export function openChannel(name: string): Channel {
  if (!isChannelName(name)) throw new TypeError("not the name of a channel");
  const channel = new OpeningChannel();
  if (location.protocol === "app:") openPort(name, channel);
  else openSocket(name, channel);
  return channel;
}

/** A channel whose transport comes later. Its handlers are own properties, as noVNC demands of what it is given. */
class OpeningChannel implements Channel {
  binaryType = "arraybuffer" as const;
  protocol = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  #transport: Channel | null = null;
  #waiting: (string | ArrayBuffer)[] = [];
  #waitingBytes = 0;
  #closed = false;
  readonly #abandoned: (() => void)[] = [];

  get readyState(): number {
    if (this.#closed) return channelState.closed;
    return this.#transport?.readyState ?? channelState.connecting;
  }

  get bufferedAmount(): number {
    return this.#transport?.bufferedAmount ?? this.#waitingBytes;
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.#closed) return;
    if (this.#transport) {
      this.#transport.send(data);
      return;
    }
    const kept = data instanceof Uint8Array ? new Uint8Array(data).buffer : data;
    this.#waitingBytes += typeof kept === "string" ? kept.length : kept.byteLength;
    if (this.#waitingBytes > largestWait) {
      this.end(closeCode.tooBig, "too much before the opening");
      return;
    }
    this.#waiting.push(kept);
  }

  close(code: number = closeCode.normal, reason = ""): void {
    if (this.#transport) {
      this.#transport.close(code, reason);
      return;
    }
    this.end(code, reason);
  }

  /** Runs `release` when the channel ends before it was opened. */
  onAbandon(release: () => void): void {
    this.#abandoned.push(release);
  }

  opened(transport: Channel): void {
    if (this.#closed) {
      transport.close(closeCode.goingAway);
      return;
    }
    this.#transport = transport;
    transport.onmessage = (event) => this.onmessage?.(event);
    transport.onclose = ({ code, reason }) => this.end(code, reason);
    for (const data of this.#waiting.splice(0)) transport.send(data);
    this.#waitingBytes = 0;
    this.onopen?.();
  }

  end(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    if (!this.#transport) for (const release of this.#abandoned) release();
    this.onclose?.({ code, reason });
  }
}

function openSocket(name: string, channel: OpeningChannel): void {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/channel/${name}`);
  socket.binaryType = "arraybuffer";
  const deadline = setTimeout(() => channel.end(closeCode.lost, "no answer"), openDeadline);
  channel.onAbandon(() => {
    clearTimeout(deadline);
    socket.close();
  });
  socket.onopen = () => {
    clearTimeout(deadline);
    channel.opened(new SocketChannel(socket));
  };
  // The browser hides why an opening was refused; the server says whether it still knows us.
  socket.onclose = ({ code, reason }) => {
    clearTimeout(deadline);
    if (code !== closeCode.lost) {
      channel.end(code, reason);
      return;
    }
    void isSignedOut().then((signedOut) =>
      channel.end(signedOut ? closeCode.signInNeeded : code, signedOut ? "sign in again" : reason),
    );
  };
}

/** A WebSocket behind the narrower interface; `socket` is open. */
class SocketChannel implements Channel {
  binaryType = "arraybuffer" as const;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.onmessage?.({ data });
    const opening = socket.onclose;
    socket.onclose = (event) => {
      if (event.code === closeCode.lost) opening?.call(socket, event);
      else this.onclose?.(event);
    };
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  send(data: string | ArrayBuffer | Uint8Array): void {
    if (this.#socket.readyState !== channelState.open) return;
    this.#socket.send(data instanceof Uint8Array ? new Uint8Array(data) : data);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }
}

async function isSignedOut(): Promise<boolean> {
  try {
    const answer = await fetch("/session", { method: "HEAD", signal: AbortSignal.timeout(openDeadline) });
    return answer.status === 401;
  } catch {
    return false;
  }
}

function openPort(name: string, channel: OpeningChannel): void {
  const nonce = crypto.randomUUID();
  const done = () => {
    clearTimeout(deadline);
    removeEventListener("message", receive);
  };
  const receive = (event: MessageEvent<unknown>) => {
    if (event.source !== window || readPortDelivery(event.data)?.nonce !== nonce) return;
    done();
    const port = event.ports[0];
    if (!port) {
      channel.end(closeCode.lost, "refused");
      return;
    }
    channel.opened(
      new PortChannel(
        {
          postMessage: (message) => port.postMessage(message),
          close: () => port.close(),
          listen(message, disconnected) {
            port.onmessage = ({ data }) => message(data);
            port.addEventListener("close", disconnected);
          },
        },
        largestMessage,
      ),
    );
  };
  const deadline = setTimeout(() => channel.end(closeCode.lost, "no answer"), openDeadline);
  channel.onAbandon(done);
  addEventListener("message", receive);
  postMessage({ type: openRequestType, name, nonce }, location.origin);
}
