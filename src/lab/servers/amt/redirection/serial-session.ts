import { once } from "node:events";
import type { Duplex } from "node:stream";
import { setTimeout as setTimeoutPromise } from "node:timers/promises";
import type { AmtEngine } from "../engine.ts";
import type { MessageReader } from "./message-reader.ts";
import type { SerialPort } from "./serial-port.ts";

/** The first byte of each message of a serial session (IG, redirection library). */
const endSession = 0x12;
const startReply = 0x21;
const end = 0x22;
const endReply = 0x23;
const ping = 0x24;
const pong = 0x25;
const settings = 0x27;
const dataToHost = 0x28;
const controlsFromHost = 0x29;
const dataFromHost = 0x2a;
const heartbeat = 0x2b;

/** Bytes that follow the first one in messages without data. */
const rest: Readonly<Record<number, number>> = { [ping]: 7, [heartbeat]: 7, [end]: 7, [settings]: 13 };
const requestToSend = 1;
const terminalReady = 2;
const systemHasPower = 4;
const mostData = 512;
/** Milliseconds of silence after a message that is no data: old consoles drop what comes in one piece with it. */
const quietTime = 50;

/**
 * Serves the serial line after its start message's first byte. Ends when the console says so or is silent for longer
 * than it said itself that it would be.
 */
export async function serveSerial(
  reader: MessageReader,
  stream: Duplex,
  parts: { engine: AmtEngine; serial: SerialPort },
): Promise<void> {
  const { engine, serial } = parts;
  const start = await reader.take(23);
  const silence = start.readUInt16LE(13);
  const beat = start.readUInt16LE(17);
  let sequence = 0;
  const message = (type: number, content: Uint8Array) => {
    const head = Buffer.alloc(8);
    head.writeUInt8(type, 0);
    head.writeUInt32LE(sequence, 4);
    sequence += 1;
    return Buffer.concat([head, content]);
  };
  let before: Promise<unknown> = Promise.resolve();
  /** Writes one message after the other, and `quiet` milliseconds before the next. */
  const write = (bytes: Buffer, quiet = 0) => {
    before = before.then(async () => {
      if (stream.destroyed || !stream.writable) return;
      if (!stream.write(bytes)) await Promise.race([once(stream, "drain"), once(stream, "close")]);
      if (quiet > 0) await setTimeoutPromise(quiet, undefined, { ref: false });
    });
    return before;
  };
  const send = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += mostData) {
      const part = bytes.subarray(at, at + mostData);
      const length = Buffer.alloc(2);
      length.writeUInt16LE(part.length);
      await write(message(dataFromHost, Buffer.concat([length, part])));
    }
  };
  const tellControls = () => {
    const power = engine.machine.power === "off" ? 0 : systemHasPower;
    void write(message(controlsFromHost, Buffer.from([requestToSend | terminalReady, power])), quietTime);
  };
  const reply = Buffer.alloc(15);
  start.copy(reply, 0, 7, 19);
  void write(message(startReply, reply), quietTime);

  const lost = setTimeout(() => stream.destroy(), silence).unref();
  if (silence === 0) clearTimeout(lost);
  const beating = setInterval(() => void write(message(heartbeat, Buffer.alloc(0))), beat || 60_000).unref();
  if (beat === 0) clearInterval(beating);
  const stopFollowing = engine.world.onChange((change) => {
    if (change.machine === engine.machine.id && change.what === "power") tellControls();
  });
  tellControls();
  const detach = serial.attach(send);
  try {
    for (;;) {
      const [type = 0] = await reader.take(1);
      if (silence > 0) lost.refresh();
      if (type === endSession) return;
      if (type === dataToHost) {
        const head = await reader.take(9);
        serial.feed(await reader.take(head.readUInt16LE(7)));
        continue;
      }
      const more = rest[type];
      if (more === undefined) return;
      const content = await reader.take(more);
      if (type === ping) await write(Buffer.concat([Buffer.from([pong]), content]));
      if (type === end) {
        await write(message(endReply, Buffer.alloc(0)));
        return;
      }
    }
  } finally {
    detach();
    stopFollowing();
    clearTimeout(lost);
    clearInterval(beating);
  }
}
