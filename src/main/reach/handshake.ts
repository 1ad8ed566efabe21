import type { Duplex } from "node:stream";
import ssh2, { type ConnectConfig } from "ssh2";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import { abortFault, Deadline } from "./abort.ts";
import { type HostKeyType, offeredAlgorithms } from "./algorithms.ts";
import { signAsPlainKey } from "./certificate-signature.ts";
import { Connection } from "./connection.ts";
import { disconnected, type HandshakePhase, tooSlow } from "./faults.ts";
import { readGreeting } from "./greeting.ts";
import { endedForCredentials, handshakeFault } from "./handshake-fault.ts";
import type { HostKey } from "./host-key.ts";
import type { HostKeyCheck } from "./host-key-check.ts";
import { Login, type LoginParts } from "./login.ts";
import { passwordExpired } from "./login-faults.ts";
import type { SshTarget } from "./reach.ts";

export interface HandshakeParts extends LoginParts {
  hostKeys: HostKeyCheck;
  now(): number;
  /** Milliseconds from the first byte to the open connection. */
  handshakeTime: number;
}

export interface HandshakeOptions {
  target: SshTarget;
  parent: Connection | null;
  localAddress: string | null;
  /** The byte stream to the server's SSH port. It belongs to the connection from here on. */
  socket: Duplex;
  signal: AbortSignal;
  afresh: boolean;
  /** Host key types to ask for first, and those not to ask for. */
  preferredKeyTypes: readonly HostKeyType[];
  excludedKeyTypes: ReadonlySet<HostKeyType>;
  /** Told when a person begins and ends being asked. */
  asking(going: boolean): void;
}

const keepaliveInterval = 15_000;
const keepaliveCountMax = 3;

/**
 * Speaks SSH on an open stream up to the finished log-in. Ends with a connection or with an OpsError that names
 * the phase that failed; the stream is destroyed then. A person being asked stops the clock.
 */
export function handshake(parts: HandshakeParts, options: HandshakeOptions): Promise<Connection> {
  const { target, socket, signal } = options;
  const client = new ssh2.Client();
  let phase: HandshakePhase = "greeting";
  let proven: HostKey | null = null;

  return new Promise<Connection>((resolve, reject) => {
    let over = false;
    const deadline = new Deadline(parts.handshakeTime, signal, () =>
      tooSlow(target, phase, Math.round(parts.handshakeTime / 1000)),
    );
    const leave = () => {
      over = true;
      deadline.end();
      deadline.signal.removeEventListener("abort", onAbort);
    };
    const fail = (error: OpsError) => {
      if (over) return;
      leave();
      questions.abort(error);
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(abortFault(deadline.signal));
    const questions = new AbortController();
    const login = new Login(parts, {
      target,
      signal: AbortSignal.any([deadline.signal, questions.signal]),
      afresh: options.afresh,
      fail,
      asking: (going) => {
        if (going) deadline.pause();
        else deadline.resume();
        options.asking(going);
      },
    });

    socket.on("error", () => undefined);
    client.on("error", (error) => {
      // These two are not the end: ssh2 goes on to the next method by itself.
      const { level } = error;
      if (level === "agent" || level === "client-authentication") return;
      const refused = phase === "log-in" && endedForCredentials(error) ? attempt(() => login.cutOff()) : null;
      fail(refused ?? handshakeFault(target, error));
    });
    client.on("close", () => fail(disconnected(target)));
    client.on("change password", () => login.end(passwordExpired(target), true));
    client.on("handshake", () => {
      phase = "log-in";
      signAsPlainKey(client);
    });
    client.on("ready", () => {
      if (over || !proven) return;
      const failure = attempt(() => login.accepted());
      if (failure instanceof OpsError) return fail(failure);
      leave();
      resolve(
        new Connection({
          target,
          parent: options.parent,
          client,
          socket,
          since: parts.now(),
          hostKey: proven,
          localAddress: options.localAddress,
        }),
      );
    });

    if (deadline.signal.aborted) return onAbort();
    deadline.signal.addEventListener("abort", onAbort, { once: true });
    readGreeting(socket, target, deadline.signal).then(
      () => {
        phase = "key-exchange";
        const failure = attempt(() => client.connect(configuration()));
        if (failure instanceof OpsError) fail(failure);
      },
      (error: unknown) => fail(toOpsError(error, "reach")),
    );

    const configuration = () =>
      ({
        sock: socket,
        username: target.user,
        readyTimeout: 0,
        keepaliveInterval,
        keepaliveCountMax,
        ident: "Passerelle",
        algorithms: offeredAlgorithms(options.preferredKeyTypes, options.excludedKeyTypes),
        hostVerifier: (blob: Buffer): boolean => {
          if (proven) return proven.blob.equals(blob);
          const judged = attempt(() => parts.hostKeys.judge(target, blob));
          if (judged instanceof OpsError) fail(judged);
          else proven = judged;
          return proven !== null;
        },
        authHandler: (offered: string[] | null, partial: boolean | null, next) =>
          login.next(offered, partial, next),
      }) as ConnectConfig;
  });
}

/** The value of a step, or what it threw as an OpsError. */
function attempt<T>(step: () => T): T | OpsError {
  try {
    return step();
  } catch (error) {
    return toOpsError(error, "reach");
  }
}
