/** What a redirection session shows: the machine's screen (KVM) or its serial port (SOL). */
export type SessionKind = "screen" | "serial";

/** How a session logs in. Over the web port HTTP has done so already, and a type is named without any words. */
export const loginTypes = { query: 0, webUntil11: 1, web: 2, digestRfc2069: 3, digest: 4 } as const;

const services: Record<SessionKind, Buffer> = {
  screen: Buffer.from([0x10, 0x01, 0x00, 0x00, ...Buffer.from("KVMR")]),
  serial: Buffer.from([0x10, 0x00, 0x00, 0x00, ...Buffer.from("SOL ")]),
};

/** The longest piece of serial data in one message, in bytes: what the smallest receive buffers known take. */
export const longestSerialPiece = 256;

/** Milliseconds between the heartbeats that AMT is asked to send on a serial session. */
export const serialHeartbeat = 5000;

/**
 * What serial sessions ask for: AMT's transmit buffer in bytes, then in milliseconds how long it collects, how long it
 * waits when full before it drops (0: for ever), after how long without a word from here it hangs up, when it drops
 * what the machine does not take, and its heartbeat.
 */
const serialSettings = [1000, 100, 0, 10_000, 100, serialHeartbeat] as const;

/** Opens a session: StartRedirectionSession. */
export function startSession(kind: SessionKind): Buffer {
  return services[kind];
}

/** AuthenticateSession of a type, with its words: each is preceded by its length in one byte. */
export function authenticate(type: number, words: readonly string[]): Buffer {
  const body = Buffer.concat(
    words.map((each) => {
      const bytes = Buffer.from(each, "utf8");
      return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    }),
  );
  const head = Buffer.alloc(9);
  head[0] = 0x13;
  head[4] = type;
  head.writeUInt32LE(body.length, 5);
  return Buffer.concat([head, body]);
}

/** Turns the session into a stream of RFB. */
export function startScreen(): Buffer {
  return Buffer.from([0x40, 0, 0, 0, 0, 0, 0, 0]);
}

/** Turns the session into a serial line. */
export function startSerial(sequence: number): Buffer {
  const message = Buffer.alloc(24);
  numbered(message, 0x20, sequence);
  serialSettings.forEach((value, index) => {
    message.writeUInt16LE(value, 8 + 2 * index);
  });
  return message;
}

/** Bytes for the machine's serial port, at most `longestSerialPiece` of them. */
export function serialData(sequence: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(10);
  numbered(head, 0x28, sequence);
  head.writeUInt16LE(bytes.length, 8);
  return Buffer.concat([head, bytes]);
}

/** Says that this side is still there. */
export function serialKeepAlive(sequence: number): Buffer {
  return numbered(Buffer.alloc(8), 0x2b, sequence);
}

/** Answers a ping with its own number. */
export function serialPong(sequence: number): Buffer {
  return numbered(Buffer.alloc(8), 0x25, sequence);
}

/** Ends the serial line; AMT answers it. */
export function endSerial(sequence: number): Buffer {
  return numbered(Buffer.alloc(8), 0x22, sequence);
}

/** Ends the session: EndRedirectionSession. */
export function endSession(): Buffer {
  return Buffer.from([0x12, 0, 0, 0]);
}

function numbered(message: Buffer, type: number, sequence: number): Buffer {
  message[0] = type;
  message.writeUInt32LE(sequence >>> 0, 4);
  return message;
}
