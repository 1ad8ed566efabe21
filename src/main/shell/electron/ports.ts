import type { MessagePortMain } from "electron";
import { closeCode, largestRequest } from "../../../shared/channel.ts";
import { PortChannel, type PortEnd } from "../../../shared/port-channel.ts";
import {
  type OpenRequest,
  openRequestType,
  type PortDelivery,
  portDeliveryType,
  readOpenRequest,
} from "../../../shared/port-request.ts";
import type { ShellHost } from "../shell-host.ts";
import type { ElectronApi, FrameApi } from "./electron-api.ts";
import { isOwnUrl } from "./origin.ts";

/** Channels that may be open at once: calls of some windows, and their terminals. */
const mostPorts = 128;

/**
 * Answers the preload's requests for channels with one end of a message channel each. Only the top frame of our
 * own page is answered; a request that is none, or one too many, is answered without a port.
 */
export function servePorts(
  api: Pick<ElectronApi, "ipcMain" | "MessageChannelMain">,
  host: Promise<ShellHost>,
): void {
  const open = new Set<PortChannel>();
  api.ipcMain.on(openRequestType, (event, data) => {
    const frame = event.senderFrame;
    const request = readOpenRequest(data);
    if (!frame || frame.parent !== null || !isOwnUrl(frame.url) || !request) return;
    if (open.size >= mostPorts) {
      deliver(frame, request, []);
      return;
    }
    const { port1, port2 } = new api.MessageChannelMain();
    const channel = new PortChannel(
      portEnd(port1, () => open.delete(channel)),
      largestRequest,
    );
    open.add(channel);
    host.then(
      (ready) => {
        plug(ready, request.name, channel);
        deliver(frame, request, [port2]);
      },
      () => {
        channel.close(closeCode.failed, "console failed");
        deliver(frame, request, []);
      },
    );
  });
}

function plug(host: ShellHost, name: string, channel: PortChannel): void {
  if (name === "calls") {
    host.serveCalls(channel);
    return;
  }
  const opened = host.openSession(name.slice("session/".length), channel);
  if (!opened) channel.close(closeCode.unknownSession, "unknown session");
}

function deliver(frame: FrameApi, request: OpenRequest, ports: MessagePortMain[]): void {
  const delivery: PortDelivery = { type: portDeliveryType, nonce: request.nonce };
  try {
    frame.postMessage(portDeliveryType, delivery, ports);
  } catch {
    // The page went away while the console was being made ready; its ports go with it.
    for (const port of ports) port.close();
  }
}

function portEnd(port: MessagePortMain, closed: () => void): PortEnd {
  return {
    postMessage: (message) => port.postMessage(message),
    close() {
      closed();
      port.close();
    },
    listen(message, disconnected) {
      port.on("message", ({ data }) => message(data));
      port.on("close", disconnected);
      port.start();
    },
  };
}
