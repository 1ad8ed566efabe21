import { ipcRenderer } from "electron";
import {
  openRequestType,
  portDeliveryType,
  readOpenRequest,
  readPortDelivery,
} from "../shared/port-request.ts";

/**
 * Hands message ports from main to the page, and nothing else: no function and no object of this world is exposed
 * to it. The page asks with a nonce by `postMessage`; the port comes back the same way under the same nonce.
 */
const asked = new Set<string>();
/** Requests that main has not answered yet; a page that asks for more is out of its mind. */
const mostAsked = 64;

window.addEventListener("message", (event) => {
  if (event.source !== window || event.origin !== location.origin) return;
  const request = readOpenRequest(event.data);
  if (!request || asked.has(request.nonce) || asked.size >= mostAsked) return;
  asked.add(request.nonce);
  ipcRenderer.send(openRequestType, request);
});

ipcRenderer.on(portDeliveryType, (event, data) => {
  const delivery = readPortDelivery(data);
  if (!delivery || !asked.delete(delivery.nonce)) return;
  window.postMessage(delivery, location.origin, [...event.ports]);
});
