import { StringDecoder } from "node:string_decoder";
import { OpsError } from "../../shared/errors.ts";
import { abortable } from "./abort.ts";
import { normalAddress } from "./allowlist.ts";
import type { Connection } from "./connection.ts";

const longestAnswer = 4096;

/** What a server has said of where it sees a connection come from; `answered` is false where no answer came in time. */
export interface Origin {
  address: string | null;
  answered: boolean;
}

/**
 * Asks the server from which address it sees this connection come (`SSH_CONNECTION`, ssh(1) ENVIRONMENT: client
 * address, client port, server address, server port). Never throws.
 */
export async function originOf(connection: Connection, milliseconds: number): Promise<Origin> {
  const signal = AbortSignal.timeout(milliseconds);
  try {
    const opening = connection.execute("echo $SSH_CONNECTION", () => undefined);
    const channel = await abortable(opening, signal, (late) => late.close());
    const decoder = new StringDecoder("latin1");
    let answer = "";
    const ended = new Promise<void>((resolve) => {
      channel.on("data", (bytes: Buffer) => {
        if (answer.length < longestAnswer) answer += decoder.write(bytes);
      });
      channel.on("close", () => resolve());
      channel.stderr.resume();
    });
    channel.end();
    await abortable(ended, signal).finally(() => channel.close());
    return { address: parseOrigin(answer), answered: connection.lost === null };
  } catch (error) {
    // A hop that allows no command cannot tell; whoever needs to know refuses then. It may still forward.
    const answered = error instanceof OpsError && error.code === "reach.command-refused";
    if (answered) connection.retired = false;
    return { address: null, answered };
  }
}

/** The client address in the last line that has the shape of SSH_CONNECTION; a greeting may stand before it. */
export function parseOrigin(answer: string): string | null {
  for (const line of answer.split(/\r?\n/).reverse()) {
    const words = line.trim().split(/ +/);
    const [client, clientPort, server, serverPort] = words;
    if (words.length !== 4 || !isPort(clientPort) || !isPort(serverPort)) continue;
    if (normalAddress(server ?? "") !== null) return normalAddress(client ?? "");
  }
  return null;
}

function isPort(word: string | undefined): boolean {
  return word !== undefined && /^\d{1,5}$/.test(word);
}
