import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback } from "ssh2";
import { text } from "../../shared/text.ts";
import { abortable } from "./abort.ts";
import { reachFault } from "./faults.ts";

type PublicKey = ParsedKey | Buffer | string;
type Agent = Pick<ssh2.BaseAgent, "getIdentities" | "sign">;

/** The socket of the ssh-agent: the given path, else SSH_AUTH_SOCK, else Windows' own pipe; null without one. */
export function agentSocket(configured: string | true, environment: NodeJS.ProcessEnv): string | null {
  if (configured !== true) return configured;
  const socket = environment.SSH_AUTH_SOCK;
  if (socket) return socket;
  return process.platform === "win32" ? "\\\\.\\pipe\\openssh-ssh-agent" : null;
}

/**
 * Lists the agent's keys and keeps those that `usable` lets through. Throws `reach.agent-unavailable` or
 * `reach.agent-empty`.
 */
export async function openAgent(socket: string | null, signal: AbortSignal): Promise<AgentKeys> {
  if (socket === null) throw unavailable();
  const agent: Agent = ssh2.createAgent(socket);
  const listing = new Promise<PublicKey[]>((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      if (error) reject(unavailable(error));
      else resolve((keys ?? []).map(publicKeyOf));
    });
  });
  const listed = await abortable(listing, signal);
  const keys = listed.flatMap((key) => {
    const parsed = ssh2.utils.parseKey(key);
    return parsed instanceof Error ? [] : [parsed];
  });
  if (keys.length === 0) throw empty();
  return new AgentKeys(agent, keys);
}

/** An agent that shows only some of its keys. */
export class AgentKeys extends ssh2.BaseAgent {
  readonly keys: readonly ParsedKey[];
  /** Keys (base64 of their blob) that the agent would not sign with: the server has not refused those. */
  readonly unsigned = new Set<string>();
  /** The key that the server was ready to take and that was signed with, last. */
  signedWith: ParsedKey | null = null;
  readonly #agent: Agent;

  constructor(agent: Agent, keys: readonly ParsedKey[]) {
    super();
    this.#agent = agent;
    this.keys = keys;
  }

  /** The same agent with fewer keys. */
  only(usable: (key: ParsedKey) => boolean): AgentKeys {
    return new AgentKeys(this.#agent, this.keys.filter(usable));
  }

  override getIdentities(callback: IdentityCallback): void {
    callback(null, [...this.keys]);
  }

  override sign(
    key: PublicKey,
    data: Buffer,
    options: ssh2.SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    const done = typeof options === "function" ? options : callback;
    this.#agent.sign(key, data, typeof options === "function" ? {} : options, (error, signature) => {
      const parsed = ssh2.utils.parseKey(key);
      if (parsed instanceof Error) return done?.(parsed);
      if (error) this.unsigned.add(keyName(parsed));
      else this.signedWith = parsed;
      done?.(error, signature);
    });
  }
}

/** What a public key is told from others by: its blob in base64. */
export function keyName(key: ParsedKey): string {
  return key.getPublicSSH().toString("base64");
}

function publicKeyOf(key: unknown): PublicKey {
  return typeof key === "object" && key !== null && "pubKey" in key
    ? (key.pubKey as PublicKey)
    : (key as PublicKey);
}

function unavailable(cause?: unknown): Error {
  return reachFault(
    "agent-unavailable",
    text("The SSH agent does not answer.", "L'agent SSH ne répond pas."),
    text(
      "Start the agent and see that SSH_AUTH_SOCK names its socket, or log in with a key file.",
      "Démarrez l'agent et vérifiez que SSH_AUTH_SOCK désigne sa prise, ou connectez-vous avec un fichier de clé.",
    ),
    cause,
  );
}

function empty(): Error {
  return reachFault(
    "agent-empty",
    text("The SSH agent holds no usable key.", "L'agent SSH ne contient aucune clé utilisable."),
    text("Add one with `ssh-add`.", "Ajoutez-en une avec « ssh-add »."),
  );
}
