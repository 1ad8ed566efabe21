import { beforeAll, describe, expect, it, vi } from "vitest";
import { openRequestType, portDeliveryType } from "../shared/port-request.ts";

type IpcListener = (event: { ports: unknown[] }, message: unknown) => void;

const main = vi.hoisted(() => ({
  sent: [] as { channel: string; message: unknown }[],
  listeners: new Map<string, IpcListener>(),
}));

vi.mock("electron", () => ({
  ipcRenderer: {
    send: (channel: string, message: unknown) => main.sent.push({ channel, message }),
    on: (channel: string, listener: IpcListener) => main.listeners.set(channel, listener),
  },
}));

const origin = "app://passerelle";
const page = Object.assign(new EventTarget(), { postMessage: vi.fn() });
const propertiesBefore = Object.keys(page);

beforeAll(async () => {
  vi.stubGlobal("window", page);
  vi.stubGlobal("location", { origin });
  await import("./index.ts");
});

function ask(message: unknown, from: { source?: unknown; origin?: string } = {}): void {
  const event = Object.assign(new Event("message"), { data: message, source: page, origin, ...from });
  page.dispatchEvent(event);
}

function answer(message: unknown, ports: unknown[]): void {
  main.listeners.get(portDeliveryType)?.({ ports }, message);
}

describe("the preload", () => {
  it("hands a requested port to the page, once, and nothing else", () => {
    const nonce = crypto.randomUUID();
    const request = { type: openRequestType, name: "calls", nonce };
    ask({ ...request, more: "words" });
    expect(main.sent.splice(0)).toEqual([{ channel: openRequestType, message: request }]);
    const port = { name: "a port" };
    const delivery = { type: portDeliveryType, nonce };
    answer({ ...delivery, more: "words" }, [port]);
    expect(page.postMessage.mock.calls.splice(0)).toEqual([[delivery, origin, [port]]]);
    answer(delivery, [port]);
    expect(page.postMessage).not.toHaveBeenCalled();
    expect(Object.keys(page)).toEqual(propertiesBefore);
    expect([...main.listeners.keys()]).toEqual([portDeliveryType]);
  });

  it("passes on no request of another window or origin, and none that is not well formed", () => {
    const request = { type: openRequestType, name: "calls", nonce: crypto.randomUUID() };
    ask(request, { source: {} });
    ask(request, { source: null });
    ask(request, { origin: "https://other.example" });
    ask(request, { origin: "null" });
    for (const wrong of [
      null,
      "calls",
      { ...request, name: "session/../../x" },
      { ...request, name: 7 },
      { ...request, nonce: "" },
      { ...request, type: portDeliveryType },
    ]) {
      ask(wrong);
    }
    expect(main.sent).toEqual([]);
  });

  it("passes on no port that the page did not ask for, and no nonce twice", () => {
    answer({ type: portDeliveryType, nonce: crypto.randomUUID() }, [{}]);
    answer(null, [{}]);
    expect(page.postMessage).not.toHaveBeenCalled();
    const request = { type: openRequestType, name: "calls", nonce: crypto.randomUUID() };
    ask(request);
    ask(request);
    expect(main.sent.splice(0)).toHaveLength(1);
  });

  it("stops listening to a page that asks without end", () => {
    for (let count = 0; count < 100; count++) {
      ask({ type: openRequestType, name: "calls", nonce: crypto.randomUUID() });
    }
    expect(main.sent.length).toBeLessThanOrEqual(64);
    expect(main.sent.length).toBeGreaterThan(50);
  });
});
