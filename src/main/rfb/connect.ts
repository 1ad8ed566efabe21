import type { Duplex } from "node:stream";
import { Deadline } from "../reach/abort.ts";
import type { SecretValue } from "../secrets/resolver.ts";
import type { ScreenSource } from "../systems/system.ts";
import type { LoginMeans } from "./choose-login.ts";
import { logIn, type SecureStream } from "./far-login.ts";
import { type FarSide, loginTimedOut } from "./faults.ts";
import { ScreenStream } from "./screen-stream.ts";
import type { ChooseTranslator } from "./translator.ts";

export interface ConnectRfbOptions {
  /** Whose screen it is, as errors name it, and the system that they name. */
  name: string;
  system: string;
  route: ScreenSource["route"];
  /** Fetched once the far side asks for it. Null: there is none. */
  password: (() => Promise<SecretValue>) | null;
  /** For log-ins that want a name besides the password. */
  user?: string | null;
  /** Speaks TLS when the far side offers it (VeNCrypt); VeNCrypt with TLS is not taken without. */
  secureStream?: SecureStream | null;
  /** What kind of TLS is demanded, how the stream is protected already, and what kinds `secureStream` can speak. */
  protection?: Partial<Pick<LoginMeans, "demand" | "already" | "possible">>;
  /** Chooses a translator by what the far side told of itself. */
  translate?: ChooseTranslator;
  /** Of the log-in; an open screen is ended by `close`. */
  signal: AbortSignal;
  /** Milliseconds for the whole log-in, the password's fetching included. */
  deadline?: number;
}

const usualDeadline = 30_000;

/**
 * Logs in to an RFB server over an open stream (RFC 6143; versions 3.3, 3.7, 3.8 and those that claim to be later; None,
 * VNC authentication, VeNCrypt) and gives its screen as `ScreenSource` promises it. The stream belongs to the screen; it
 * is closed when this throws: OpsErrors of faults.ts, of `password` and `secureStream`, an OpsError that the stream was
 * destroyed with, or what the signal was aborted with.
 */
export async function connectRfb(stream: Duplex, options: ConnectRfbOptions): Promise<ScreenSource> {
  const { name, system, route, password, user = null, secureStream = null, protection = {} } = options;
  const farSide: FarSide = { name, system };
  const milliseconds = options.deadline ?? usualDeadline;
  const deadline = new Deadline(milliseconds, options.signal, () =>
    loginTimedOut(farSide, Math.round(milliseconds / 1000)),
  );
  // Whoever uses the stream at the moment tells what goes wrong; in between nobody may.
  stream.on("error", () => undefined);
  try {
    const loggedIn = await logIn(stream, {
      farSide,
      user,
      password,
      secureStream,
      means: {
        already: protection.already ?? "none",
        demand: protection.demand ?? null,
        possible: secureStream ? (protection.possible ?? ["anonymous", "certificate"]) : [],
        hasPassword: password !== null,
        hasUser: user !== null,
      },
      signal: deadline.signal,
    });
    loggedIn.stream.on("error", () => undefined);
    const init = { ...loggedIn.init, name: loggedIn.init.name || name };
    return new ScreenStream({
      stream: loggedIn.stream,
      farSide,
      route,
      init,
      translator: options.translate?.(init) ?? null,
    });
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    deadline.end();
  }
}
