import type { ClientChannel } from "ssh2";
import { abortable, Deadline } from "./abort.ts";
import { BoundedText } from "./bounded-text.ts";
import { type Connection, SessionRefused } from "./connection.ts";
import { deadlinePassed } from "./faults.ts";
import type { Pool } from "./pool.ts";
import type { Executed, ExecuteOptions, SshTarget } from "./reach.ts";
import { discard, openSession } from "./session.ts";

const usualLimit = 1024 * 1024;

/**
 * Runs one command. `onStarted` is called when the server has accepted it, and also when the connection is lost
 * or given up between sending and acceptance, since it may then have run. Live output stops where the kept output
 * does. Throws `reach.deadline`, `reach.connection-lost`, `reach.command-refused`, what connecting threw, or what
 * `options.signal` was aborted with.
 */
export async function execute(
  pool: Pool,
  target: SshTarget,
  command: string,
  options: ExecuteOptions,
): Promise<Executed> {
  let sent = false;
  let started = false;
  const begin = () => {
    if (started) return;
    started = true;
    options.onStarted?.();
  };
  const deadline = new Deadline(options.deadline, options.signal, () =>
    deadlinePassed(target, options.deadline, sent),
  );
  try {
    const start = async (on: Connection) => {
      try {
        return await on.execute(command, () => {
          sent = true;
        });
      } catch (error) {
        if (error instanceof SessionRefused || on.lost === null) sent = false;
        throw error;
      }
    };
    const { signal } = deadline;
    const { channel, connection } = await openSession(pool, target, signal, start, options.deadline);
    begin();
    return await collect(channel, connection, options, deadline.signal);
  } catch (error) {
    if (sent) begin();
    throw error;
  } finally {
    deadline.end();
  }
}

async function collect(
  channel: ClientChannel,
  connection: Connection,
  options: ExecuteOptions,
  signal: AbortSignal,
): Promise<Executed> {
  const limit = options.limit ?? usualLimit;
  const output = new BoundedText(limit);
  const error = new BoundedText(limit);
  const tell = (stream: "output" | "error", words: string) => {
    if (words !== "" && !signal.aborted) options.onOutput?.(stream, words);
  };
  let exitCode: number | null = null;
  let exitSignal: string | null = null;
  channel.on("data", (bytes: Buffer) => tell("output", output.add(bytes)));
  channel.stderr.on("data", (bytes: Buffer) => tell("error", error.add(bytes)));
  const closed = Promise.all([
    new Promise<void>((resolve) => {
      // The `exit` event may have passed before anybody could listen; `close` brings the same again.
      channel.once("close", (code?: number | null, name?: string) => {
        exitCode = code ?? null;
        exitSignal = name ?? null;
        resolve();
      });
    }),
    new Promise<void>((resolve) => channel.stderr.once("close", () => resolve())),
  ]);
  channel.end(options.input ?? "");
  try {
    await abortable(closed, signal);
  } catch (fault) {
    channel.signal("TERM");
    discard(channel);
    throw fault;
  }
  tell("output", output.finish());
  tell("error", error.finish());
  if (connection.lost && exitCode === null && exitSignal === null) throw connection.lost;
  return {
    exitCode,
    signal: exitSignal,
    output: output.text,
    error: error.text,
    truncated: output.truncated || error.truncated,
  };
}
