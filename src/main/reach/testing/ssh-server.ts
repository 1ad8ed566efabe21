import { type AddressInfo, connect, type Socket } from "node:net";
import ssh2, { type AuthContext, type Connection, type ServerChannel } from "ssh2";

export interface TestKey {
  private: string;
  public: string;
  blob: Buffer;
}

/**
 * A fresh key pair; Ed25519 unless told. ssh2 writes one key in 256 in a form that it cannot read itself (a leading
 * zero byte is lost); such a one is drawn again.
 */
export function makeKey(passphrase?: string): TestKey {
  for (;;) {
    const pair = passphrase
      ? ssh2.utils.generateKeyPairSync("ed25519", { passphrase, cipher: "aes256-ctr", rounds: 1 })
      : ssh2.utils.generateKeyPairSync("ed25519");
    const readable = !(ssh2.utils.parseKey(pair.private, passphrase) instanceof Error);
    if (readable) return { ...pair, blob: blobOf(pair.public) };
  }
}

export function blobOf(publicLine: string): Buffer {
  return Buffer.from(publicLine.split(" ")[1] ?? "", "base64");
}

/** What a fixture server does; everything has a sensible default. */
export interface ServerBehaviour {
  hostKeys?: string[];
  /** Accepts `password` for anybody unless told. */
  authenticate?(context: AuthContext): void;
  /** Runs a command; answers with its words and exit code 0 unless told. */
  run?(command: string, channel: ServerChannel, connection: Connection): void;
  /** Most sessions on a connection, as MaxSessions. */
  maxSessions?: number;
  /** Gives the place of a session that has ended back only once it has refused another, as a loaded sshd does. */
  lateToGiveBack?: boolean;
  /** `allow` connects to the wished port on loopback, whatever the address. */
  forwarding?: "allow" | "prohibit";
  shell?(channel: ServerChannel): void;
  /** Never answers the request for a session. */
  silent?: boolean;
  /** Refuses to run anything. */
  runsNothing?: boolean;
  /** Answers `echo $SSH_CONNECTION`. */
  origin?(channel: ServerChannel): void;
  algorithms?: ssh2.Algorithms;
}

/** A real SSH server on a loopback port of its own, in this process. */
export class TestServer {
  readonly port: number;
  readonly hostKey: Buffer;
  /** What clients tried to log in with, in order, and how many connections there were. */
  readonly attempts: string[] = [];
  readonly connections = new Set<Connection>();
  readonly commands: string[] = [];
  connected = 0;
  origins = 0;
  mostChannels = 0;
  refusedSessions = 0;
  behaviour: ServerBehaviour;
  readonly #server: ssh2.Server;

  static async start(behaviour: ServerBehaviour = {}): Promise<TestServer> {
    const key = makeKey();
    const hostKeys = behaviour.hostKeys ?? [key.private];
    const holder: { server?: TestServer } = {};
    const server = new ssh2.Server(
      { hostKeys, ...(behaviour.algorithms && { algorithms: behaviour.algorithms }) },
      (connection) => holder.server?.serve(connection),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const parsed = ssh2.utils.parseKey(hostKeys[0] ?? "");
    if (parsed instanceof Error) throw parsed;
    holder.server = new TestServer(server, parsed.getPublicSSH(), behaviour);
    return holder.server;
  }

  private constructor(server: ssh2.Server, hostKey: Buffer, behaviour: ServerBehaviour) {
    this.#server = server;
    this.hostKey = hostKey;
    this.behaviour = behaviour;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Cuts every connection as a dying machine would. */
  kill(): void {
    for (const connection of this.connections) destroySocket(connection);
  }

  async close(): Promise<void> {
    this.kill();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  serve(connection: Connection): void {
    this.connected++;
    this.connections.add(connection);
    socketOf(connection).setNoDelay(true);
    connection.on("error", () => undefined);
    connection.on("close", () => this.connections.delete(connection));
    connection.on("authentication", (context) => {
      if (context.method !== "none") this.attempts.push(attemptOf(context));
      const { authenticate } = this.behaviour;
      if (authenticate) authenticate(context);
      else if (context.method === "password" && context.password === "right") context.accept();
      else context.reject(["password"]);
    });
    connection.on("ready", () => this.#serveChannels(connection));
  }

  #serveChannels(connection: Connection): void {
    let sessions = 0;
    let ended = 0;
    let channels = 0;
    const opened = () => {
      channels++;
      this.mostChannels = Math.max(this.mostChannels, channels);
    };
    connection.on("session", (accept, reject) => {
      if (this.behaviour.silent) return;
      if (sessions >= (this.behaviour.maxSessions ?? 1000)) {
        this.refusedSessions++;
        sessions -= ended;
        ended = 0;
        return reject();
      }
      sessions++;
      opened();
      const session = accept();
      session.on("close", () => {
        if (this.behaviour.lateToGiveBack) ended++;
        else sessions--;
        channels--;
      });
      session.on("pty", (acceptPty) => acceptPty?.());
      session.on("window-change", (acceptChange) => acceptChange?.());
      session.on("exec", (acceptCommand, rejectCommand, { command }) => {
        if (this.behaviour.runsNothing) return rejectCommand();
        this.commands.push(command);
        this.#run(command, acceptCommand(), connection);
      });
      session.on("shell", (acceptShell, rejectShell) => {
        if (this.behaviour.shell) this.behaviour.shell(acceptShell());
        else rejectShell();
      });
    });
    connection.on("tcpip", (accept, reject, { destPort }) => {
      if (this.behaviour.forwarding !== "allow") return reject();
      const socket = connect(destPort, "127.0.0.1");
      socket.once("error", () => reject());
      socket.once("connect", () => {
        opened();
        const channel = accept();
        socket.on("error", () => channel.close());
        // A plain end is passed on by the pipe, once everything before it has been sent.
        socket.on("close", () => channels--);
        channel.on("error", () => socket.destroy());
        channel.on("close", () => socket.destroy());
        channel.pipe(socket).pipe(channel);
      });
    });
  }

  #run(command: string, channel: ServerChannel, connection: Connection): void {
    channel.on("error", () => undefined);
    if (command === "echo $SSH_CONNECTION") {
      this.origins++;
      if (this.behaviour.origin) this.behaviour.origin(channel);
      else finish(channel, "127.0.0.1 40000 127.0.0.1 22\n");
    } else if (this.behaviour.run) this.behaviour.run(command, channel, connection);
    else finish(channel, `${command}\n`);
  }
}

/** Writes the words, reports the exit code and closes. */
export function finish(channel: ServerChannel, words: string, exitCode = 0): void {
  channel.write(words, () => {
    channel.exit(exitCode);
    channel.end();
  });
}

/** Destroys the TCP socket under a server's connection: no goodbye, as when a machine loses power. */
export function destroySocket(connection: Connection): void {
  socketOf(connection).destroy();
}

/** Stops reading from a connection: as when a link is cut and no word of it comes back. */
export function muteSocket(connection: Connection): void {
  socketOf(connection).pause();
}

/** The socket that ssh2 keeps to itself. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { _sock: Socket })._sock;
}

function attemptOf(context: AuthContext): string {
  return context.method === "password" ? `password ${context.password}` : context.method;
}
