import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { channelState, closeCode } from "../../shared/channel.ts";
import { openRequestType, portDeliveryType } from "../../shared/port-request.ts";
import { openChannel } from "./channel.ts";

/** The browser's WebSocket, driven by hand. */
class FakeSocket {
  static made: FakeSocket[] = [];
  readonly url: string;
  readonly sent: unknown[] = [];
  readyState = 0;
  bufferedAmount = 0;
  binaryType = "blob";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  closedWith: (number | undefined)[] = [];

  constructor(url: string) {
    this.url = url;
    FakeSocket.made.push(this);
  }

  send(data: unknown): void {
    if (this.readyState === 0) throw new Error("InvalidStateError");
    this.sent.push(data);
  }

  close(code?: number): void {
    this.closedWith.push(code);
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  end(code: number, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

const page = new EventTarget();
let posted: { message: { name?: string; nonce?: string; type?: string }; origin: string }[];
const ports: MessagePort[] = [];

beforeEach(() => {
  FakeSocket.made = [];
  posted = [];
  vi.stubGlobal("window", page);
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  vi.stubGlobal("postMessage", (message: object, origin: string) => posted.push({ message, origin }));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  for (const port of ports.splice(0)) port.close();
});

function watch(channel: ReturnType<typeof openChannel>) {
  const received: unknown[] = [];
  const ends: { code: number; reason: string }[] = [];
  channel.onmessage = ({ data }) => received.push(data);
  channel.onclose = (end) => ends.push(end);
  return { received, ends };
}

describe("openChannel in a browser", () => {
  beforeEach(() => {
    vi.stubGlobal("location", { protocol: "https:", origin: "https://console.atelier.example:8443" });
  });

  it("opens a WebSocket of our own origin, and sends what was waiting when it opens", () => {
    const channel = openChannel("session/abc");
    const { received } = watch(channel);
    const opened = vi.fn();
    channel.onopen = opened;
    channel.send("early");
    const [socket] = FakeSocket.made;
    expect(socket?.url).toBe("wss://console.atelier.example:8443/channel/session/abc");
    expect([channel.readyState, channel.bufferedAmount]).toEqual([channelState.connecting, 5]);
    socket?.open();
    expect(opened).toHaveBeenCalledOnce();
    const reused = new Uint8Array([1, 2]);
    channel.send(reused);
    reused.fill(0);
    expect(socket?.sent).toEqual(["early", new Uint8Array([1, 2])]);
    const bytes = new ArrayBuffer(2);
    socket?.onmessage?.({ data: bytes });
    expect(received).toEqual([bytes]);
    expect(socket?.binaryType).toBe("arraybuffer");
  });

  it("hands on how it was closed", () => {
    const { ends } = watch(openChannel("calls"));
    FakeSocket.made[0]?.open();
    FakeSocket.made[0]?.end(closeCode.unknownSession, "unknown session");
    expect(ends).toEqual([{ code: closeCode.unknownSession, reason: "unknown session" }]);
  });

  it("finds out whether it was refused for want of a session", async () => {
    const asked = vi.fn(async (_path: string, _options: { method: string }) => ({ status: 401 }));
    vi.stubGlobal("fetch", asked);
    const signedOut = watch(openChannel("calls"));
    FakeSocket.made[0]?.end(closeCode.lost);
    await vi.waitFor(() => expect(signedOut.ends.map(({ code }) => code)).toEqual([closeCode.signInNeeded]));
    expect(asked.mock.calls[0]?.slice(0, 1)).toEqual(["/session"]);
    asked.mockResolvedValue({ status: 204 });
    const cut = watch(openChannel("calls"));
    FakeSocket.made[1]?.open();
    FakeSocket.made[1]?.end(closeCode.lost);
    await vi.waitFor(() => expect(cut.ends.map(({ code }) => code)).toEqual([closeCode.lost]));
    asked.mockRejectedValue(new Error("network down"));
    const down = watch(openChannel("calls"));
    FakeSocket.made[2]?.end(closeCode.lost);
    await vi.waitFor(() => expect(down.ends.map(({ code }) => code)).toEqual([closeCode.lost]));
  });

  it("gives up a server that does not answer, and a channel that is closed before it opened", () => {
    vi.useFakeTimers();
    const silent = watch(openChannel("calls"));
    vi.advanceTimersByTime(10_000);
    expect(silent.ends).toEqual([{ code: closeCode.lost, reason: "no answer" }]);
    expect(FakeSocket.made[0]?.closedWith).toHaveLength(1);
    const hasty = openChannel("calls");
    const { ends } = watch(hasty);
    hasty.close();
    FakeSocket.made[1]?.open();
    expect(ends).toEqual([{ code: closeCode.normal, reason: "" }]);
    expect(hasty.readyState).toBe(channelState.closed);
    expect(FakeSocket.made[1]?.closedWith).not.toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not hoard what cannot be sent", () => {
    const channel = openChannel("calls");
    const { ends } = watch(channel);
    for (let message = 0; message < 3; message++) channel.send("x".repeat(512 * 1024));
    expect(ends.map(({ code }) => code)).toEqual([closeCode.tooBig]);
  });

  it("throws for a name that no channel has", () => {
    for (const name of ["", "other", "session/", "session/../calls", "session/a b", "calls?x"]) {
      expect(() => openChannel(name)).toThrow(TypeError);
    }
    expect(FakeSocket.made).toEqual([]);
  });
});

describe("openChannel in the desktop program", () => {
  beforeEach(() => {
    vi.stubGlobal("location", { protocol: "app:", origin: "app://passerelle" });
  });

  function deliver(nonce: string | undefined, delivered: MessagePort[], source: unknown = page): void {
    const event = new Event("message");
    const data = { type: portDeliveryType, nonce };
    page.dispatchEvent(Object.assign(event, { data, source, ports: delivered }));
  }

  function makePorts(): [MessagePort, MessagePort] {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    return [port1, port2];
  }

  it("asks the preload under a nonce and our own origin, and talks over the port that comes", async () => {
    const channel = openChannel("calls");
    const { received, ends } = watch(channel);
    channel.send("early");
    const [request] = posted;
    expect(request?.origin).toBe("app://passerelle");
    expect(request?.message).toMatchObject({ type: openRequestType, name: "calls" });
    const [theirs, ours] = makePorts();
    const seen: unknown[] = [];
    theirs.onmessage = ({ data }) => seen.push(data);
    deliver(request?.message.nonce, [ours]);
    expect(channel.readyState).toBe(channelState.open);
    theirs.postMessage("answer");
    await vi.waitFor(() => expect(received).toEqual(["answer"]));
    await vi.waitFor(() => expect(seen).toEqual(["early", { received: 6 }]));
    theirs.postMessage({ close: { code: closeCode.goingAway, reason: "console closes" } });
    await vi.waitFor(() => expect(ends).toEqual([{ code: closeCode.goingAway, reason: "console closes" }]));
  });

  it("takes no port under another nonce or from another window", () => {
    const channel = openChannel("calls");
    const [, ours] = makePorts();
    deliver(crypto.randomUUID(), [ours]);
    deliver(posted[0]?.message.nonce, [ours], {});
    deliver(posted[0]?.message.nonce, [ours], null);
    expect(channel.readyState).toBe(channelState.connecting);
    channel.close();
    deliver(posted[0]?.message.nonce, [ours]);
    expect(channel.readyState).toBe(channelState.closed);
  });

  it("is lost when main refuses, does not answer, or goes away", async () => {
    const refused = watch(openChannel("calls"));
    deliver(posted[0]?.message.nonce, []);
    expect(refused.ends).toEqual([{ code: closeCode.lost, reason: "refused" }]);
    const gone = watch(openChannel("calls"));
    const [theirs, ours] = makePorts();
    deliver(posted[1]?.message.nonce, [ours]);
    theirs.close();
    await vi.waitFor(() => expect(gone.ends.map(({ code }) => code)).toEqual([closeCode.lost]));
    vi.useFakeTimers();
    const silent = watch(openChannel("calls"));
    vi.advanceTimersByTime(10_000);
    expect(silent.ends).toEqual([{ code: closeCode.lost, reason: "no answer" }]);
  });
});
