import { connect } from "node:net";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { SocketChannel } from "../src/main/shell/socket-channel.ts";
import { screenAcknowledgement } from "../src/shared/screen.ts";
import { FrameReader, type ScreenJob, type ScreenResult } from "./support/screen-jobs.ts";

/**
 * A viewer in a process of its own, so that its CPU time is nobody else's: `tcp PORT` reads the server or a tunnel,
 * `websocket URL` what websockify makes of it, `channel URL` the console's own session. Takes jobs as lines of JSON.
 */
const [way = "", place = ""] = process.argv.slice(2);

let send: (bytes: Uint8Array) => void;
const reader = new FrameReader((bytes) => send(bytes));

if (way === "tcp") {
  const socket = connect({ host: "127.0.0.1", port: Number(place), noDelay: true });
  socket.on("data", (bytes) => reader.take(bytes));
  socket.on("close", () => process.exit(1));
  send = (bytes) => void socket.write(bytes);
} else {
  const socket = new WebSocket(place, way === "websocket" ? ["binary"] : [], {
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  });
  socket.on("error", () => process.exit(1));
  if (way === "websocket") {
    socket.binaryType = "nodebuffer";
    socket.on("message", (data) => reader.take(data as Buffer));
    socket.on("close", () => process.exit(1));
    send = (bytes) => socket.send(bytes);
  } else {
    const channel = new SocketChannel(socket);
    let unacknowledged = 0;
    channel.onmessage = ({ data }) => {
      if (!(data instanceof ArrayBuffer)) return;
      unacknowledged += data.byteLength;
      if (unacknowledged >= screenAcknowledgement) {
        channel.send(JSON.stringify({ type: "acknowledge", bytes: unacknowledged }));
        unacknowledged = 0;
      }
      reader.take(Buffer.from(data));
    };
    channel.onclose = () => process.exit(1);
    send = (bytes) => channel.send(bytes);
  }
}

await reader.ready;
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line) as ScreenJob;
  const result: ScreenResult = await reader.run(job);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
process.exit(0);
