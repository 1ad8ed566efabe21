import type { Duplex } from "node:stream";
import type { Connection } from "ssh2";

/** A connection that a client wants the bounce to make for it (direct-tcpip, RFC 4254, 7.2). */
export interface ForwardRequest {
  address: string;
  port: number;
  accept(): Duplex;
  /** `prohibited` is code 1 of RFC 4254, 5.1 and `failed` code 2. */
  refuse(why: "prohibited" | "failed"): void;
  /** Calls back when the client gave up before an answer. */
  onGone(work: () => void): void;
}

interface Refusing {
  _protocol: { channelOpenFail(recipient: number, reason: number, description: string): void };
}

const prohibited = 1;

/**
 * Hands the forwards that a client asks for to `decide`; without it all are refused. The library refuses with code 2
 * and without words whatever the cause: code and words are set right at the one place where they leave.
 */
export function serveForwards(client: Connection, decide: ((request: ForwardRequest) => void) | null): void {
  const { _protocol: protocol } = client as unknown as Refusing;
  const send = protocol.channelOpenFail.bind(protocol);
  let forbidding = false;
  protocol.channelOpenFail = (recipient, given) => {
    const reason = forbidding ? prohibited : given;
    send(recipient, reason, reason === prohibited ? "administratively prohibited" : "open failed");
  };
  if (!decide) return;
  // Each forward that waits for an answer waits for the end of the connection too.
  client.setMaxListeners(0);
  client.on("tcpip", (accept, reject, info) => {
    decide({
      address: info.destIP,
      port: info.destPort,
      accept,
      refuse: (why) => {
        forbidding = why === "prohibited";
        reject();
        forbidding = false;
      },
      onGone: (work) => client.once("close", work),
    });
  });
}
