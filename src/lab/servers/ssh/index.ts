import type { Algorithms } from "ssh2";
import type { Door, DoorState } from "../network.ts";
import type { LabContext, LabServers } from "../server.ts";
import { prepareCredentials, writeKnownHosts } from "./credentials.ts";
import type { ForwardRequest } from "./forwards.ts";
import { MachineServer } from "./machine-server.ts";

/** World milliseconds until the bounce gives up on a machine that does not answer (three ARP tries). */
const unreachableTime = 3000;
const sshPort = 22;

/** What every crypto library that the lab may run on has, BoringSSL included. */
const algorithms: Algorithms = {
  kex: [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "diffie-hellman-group14-sha256",
  ],
  cipher: ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr"],
  hmac: ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"],
  compress: ["none"],
};

/** The ports that were asked for, by machine; the others are chosen by the system. */
export type WishedPorts = ReadonlyMap<string, number>;

/** How a port answers at which nothing stands: as the rest of the machine does; null where there is no machine. */
function stateOfClosedPort(doors: ReadonlyMap<number, Door> | null): DoorState | null {
  if (!doors) return null;
  return [...doors.values()].every((door) => door.state() === "silent") ? "silent" : "refused";
}

/**
 * Starts an SSH server for each machine on 127.0.0.1 and puts its door into the network. The bounce forwards to the
 * doors of the network, whose addresses exist nowhere else, and to nothing else.
 */
export async function startSsh(context: LabContext, wished: WishedPorts): Promise<LabServers> {
  const { world, network, folder, onFailure } = context;
  const { default: ssh } = await import("ssh2");
  // ssh2 writes one key in 256 in a form that it cannot read itself (a leading zero byte is lost): draw again.
  const generate = (passphrase: string | null) => {
    for (;;) {
      const pair =
        passphrase === null
          ? ssh.utils.generateKeyPairSync("ed25519")
          : // A random passphrase cannot be guessed; more rounds would only cost time at every log-in.
            ssh.utils.generateKeyPairSync("ed25519", { passphrase, cipher: "aes256-ctr", rounds: 1 });
      if (!(ssh.utils.parseKey(pair.private, passphrase ?? undefined) instanceof Error)) return pair;
    }
  };
  const credentials = await prepareCredentials(folder, world.machines.values(), generate);
  const parsed = ssh.utils.parseKey(credentials.userKey);
  if (parsed instanceof Error) throw parsed;

  const servers = new Map<string, MachineServer>();
  const takenAway: (() => void)[] = [];
  const forward = (request: ForwardRequest) => {
    const door = network.find(request.address, request.port);
    const state = door?.state() ?? stateOfClosedPort(network.at(request.address));
    if (state === null) request.refuse("prohibited");
    else if (state === "silent") {
      request.onGone(world.clock.after(unreachableTime, () => request.refuse("failed")));
    } else if (state === "refused" || !door) request.refuse("failed");
    else door.connect(request.accept(), { address: world.machine("bounce").address, port: nextPort() });
  };
  let lastPort = 49_151;
  const nextPort = () => {
    lastPort = lastPort >= 65_535 ? 49_152 : lastPort + 1;
    return lastPort;
  };

  for (const machine of world.machines.values()) {
    const isBounce = machine.role === "bounce";
    const server = new MachineServer(
      {
        world,
        machine,
        admission: isBounce ? { key: parsed } : { password: credentials.password },
        hostKey: credentials.hostKeys.get(machine.id) ?? "",
        otherKey: () => generate(null).private,
        createServer: (config, onConnection) => new ssh.Server({ ...config, algorithms }, onConnection),
        forward: isBounce ? forward : null,
        onFailure,
      },
      wished.get(machine.id) ?? 0,
    );
    servers.set(machine.id, server);
    if (!isBounce) takenAway.push(network.serve(machine.address, sshPort, server));
  }

  const close = async () => {
    stopListening();
    for (const takeAway of takenAway) takeAway();
    await Promise.all([...servers.values()].map((server) => server.close()));
  };
  const stopListening = world.onChange((change) => {
    for (const server of servers.values()) {
      if (server.machine.id === change.machine) server.follow(change.what);
    }
  });
  try {
    await Promise.all([...servers.values()].map((server) => server.listen()));
    const ports = new Map([...servers].map(([id, server]) => [id, server.port]));
    await writeKnownHosts(folder, world.machines.values(), ports);
    return { ports, close };
  } catch (error) {
    await close();
    throw error;
  }
}
