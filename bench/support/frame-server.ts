import { createServer, type Socket } from "node:net";

/**
 * Serves a screen by RFB 3.8 (RFC 6143) that is all new at every request: it answers a FramebufferUpdateRequest with one
 * Raw rectangle of exactly the region that was asked for, so that a reader chooses between whole frames and tiles.
 * Prints its port. With a rate (bytes a second) as its argument it sends no faster than a link that carries so much.
 */
const rate = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);
const slice = 16 * 1024;

const width = 1024;
const height = 768;
const pixels = Buffer.alloc(width * height * 4);
for (let at = 0; at < pixels.length; at++) pixels[at] = (at * 31) & 0xff;

/** Bytes of a client's message by its type; -1: SetEncodings, which counts its own. */
const lengths: Record<number, number> = { 0: 20, 2: -1, 3: 10, 4: 8, 5: 6 };

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  socket.write("RFB 003.008\n");
  let pending: Buffer = Buffer.alloc(0);
  let step: (bytes: Buffer) => number = greeted;
  function greeted(bytes: Buffer): number {
    if (bytes.length < 12) return 0;
    socket.write(Buffer.from([1, 1]));
    step = chosen;
    return 12;
  }
  function chosen(bytes: Buffer): number {
    if (bytes.length < 1) return 0;
    socket.write(Buffer.alloc(4));
    step = begun;
    return 1;
  }
  function begun(bytes: Buffer): number {
    if (bytes.length < 1) return 0;
    const init = Buffer.alloc(24 + 5);
    init.writeUInt16BE(width, 0);
    init.writeUInt16BE(height, 2);
    init.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4);
    init.writeUInt32BE(5, 20);
    init.write("bench", 24, "latin1");
    socket.write(init);
    step = message;
    return 1;
  }
  function message(bytes: Buffer): number {
    const type = bytes[0] ?? 255;
    const fixed = lengths[type] ?? 0;
    const length = fixed === -1 ? (bytes.length < 4 ? 0 : 4 + bytes.readUInt16BE(2) * 4) : fixed;
    if (length === 0 || bytes.length < length) return 0;
    if (type === 3) update(bytes.readUInt16BE(6), bytes.readUInt16BE(8));
    return length;
  }
  function update(wide: number, high: number): void {
    const head = Buffer.alloc(16);
    head.writeUInt16BE(1, 2);
    head.writeUInt16BE(wide, 8);
    head.writeUInt16BE(high, 10);
    send(head);
    send(pixels.subarray(0, wide * high * 4));
  }
  let queue: Buffer[] = [];
  let freeAt = 0;
  function send(bytes: Buffer): void {
    if (rate === Number.POSITIVE_INFINITY) {
      socket.write(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += slice) queue.push(bytes.subarray(at, at + slice));
    if (queue.length > 0) pass();
  }
  /** Lets go of what the link would have carried by now; timers are coarse, so that it may be several slices. */
  function pass(): void {
    const now = performance.now();
    freeAt = Math.max(freeAt, now);
    let sent = 0;
    for (const bytes of queue) {
      if (freeAt > now + 1) break;
      socket.write(bytes);
      freeAt += (bytes.length / rate) * 1000;
      sent += 1;
    }
    queue = queue.slice(sent);
    if (queue.length > 0) setTimeout(pass, Math.max(1, freeAt - now));
  }
  socket.on("data", (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    for (;;) {
      const taken = pending.length === 0 ? 0 : step(pending);
      if (taken === 0) return;
      pending = pending.subarray(taken);
    }
  });
}

const server = createServer(serve);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address) process.stdout.write(`${address.port}\n`);
});
