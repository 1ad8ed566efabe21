import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ask, EchoHost, makeRendererFolder } from "../testing/shell-fixture.ts";
import { type BrowserShell, startBrowserShell } from "./browser-shell.ts";
import { mostStrangers } from "./crowd.ts";

let renderer: Awaited<ReturnType<typeof makeRendererFolder>>;
let shell: BrowserShell;
const sockets: Socket[] = [];

beforeEach(async () => {
  renderer = await makeRendererFolder();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await shell.close();
  await renderer.remove();
});

async function stranger(): Promise<Socket> {
  const { hostname, port } = new URL(shell.url);
  const socket = connect({ host: hostname, port: Number(port) });
  sockets.push(socket);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

it("serves who has signed in, and who comes next, beside a thousand connections that say nothing", async () => {
  shell = await startBrowserShell({ host: new EchoHost(), rendererFolder: renderer.folder });
  const link = new URL(shell.newLink()).hash.slice(1);
  const { headers } = await ask(shell.url, "/session", { authorization: `Bearer ${link}` });
  const cookie = headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
  const channel = new WebSocket(`${shell.url.replace("http", "ws")}channel/calls`, {
    headers: { cookie, origin: shell.url.slice(0, -1) },
  });
  await once(channel, "open");
  for (let count = 0; count < 1000; count += 1) await stranger();
  expect((await ask(shell.url, "/open")).status).toBe(200);
  expect((await ask(shell.url, "/", { cookie })).status).toBe(200);
  const echoed = once(channel, "message");
  channel.send("still here");
  expect(String((await echoed)[0])).toBe("still here");
  await expect
    .poll(() => sockets.filter((socket) => !socket.closed).length, { timeout: 10_000 })
    .toBeLessThanOrEqual(mostStrangers);
  channel.terminate();
});

it("ends connections whose request never comes to its end, however slowly it trickles", async () => {
  shell = await startBrowserShell({ host: new EchoHost(), rendererFolder: renderer.folder, patience: 300 });
  const [silent, trickling, body] = [await stranger(), await stranger(), await stranger()];
  const drops = setInterval(() => trickling?.write("x-drop: 1\r\n"), 50);
  trickling?.write(`GET /open HTTP/1.1\r\nhost: ${new URL(shell.url).host}\r\n`);
  body?.write(`POST /open HTTP/1.1\r\nhost: ${new URL(shell.url).host}\r\ncontent-length: 100000\r\n\r\nx`);
  await Promise.all([silent, trickling, body].map((socket) => socket && ended(socket)));
  clearInterval(drops);
  expect((await ask(shell.url, "/open")).status).toBe(200);
});

/** Resolves when the server has ended a connection; what it says meanwhile is read. */
async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, "close");
}
