import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { SshTarget } from "../../src/main/reach/reach.ts";
import { findProgram } from "../../test/real/counterpart.ts";
import { OpenSsh } from "../../test/real/sshd.ts";

/** Many host names that some real sshd processes on loopback answer to, known alike to us and to OpenSSH's client. */
export interface SshFleet {
  targets: SshTarget[];
  /** A known_hosts file with every server's key. */
  knownHosts: string;
  /** An ssh_config for OpenSSH's client by which `node-001` … reach the same servers with the same key. */
  clientConfiguration: string;
  /** An empty folder for whatever else is needed; goes with the fleet. */
  folder: string;
  close(): Promise<void>;
}

/**
 * Starts `servers` sshd processes and spreads `names` host names over them. The log-in is by key, as the user who
 * runs this, with an empty home so that nobody's start-up files are measured. OpenSSH's client is held to our first choices of key exchange and cipher: what is compared is the
 * program, not the curve that it prefers. Throws when there is no sshd.
 */
export async function startSshFleet(servers: number, names: number): Promise<SshFleet> {
  if (findProgram("sshd") === null)
    throw new Error("OpenSSH's server, which this measures against, is not installed");
  const ssh = new OpenSsh();
  try {
    const key = await ssh.userKey("operator");
    const running = await Promise.all(
      Array.from({ length: servers }, () =>
        ssh.start(["MaxStartups 1000", "PrintMotd no", "PrintLastLog no", `SetEnv HOME=${ssh.folder}`]),
      ),
    );
    const { username } = userInfo();
    const targets = Array.from({ length: names }, (_, index): SshTarget => {
      const name = `node-${String(index + 1).padStart(3, "0")}`;
      return {
        id: name,
        name,
        address: "127.0.0.1",
        port: running[index % servers]?.port ?? 0,
        user: username,
        authentication: [{ key }],
        via: null,
        allowlist: null,
        hostKey: null,
      };
    });
    const knownHosts = join(ssh.folder, "known_hosts");
    writeFileSync(
      knownHosts,
      running.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}`).join(""),
    );
    const clientConfiguration = join(ssh.folder, "ssh_config");
    writeFileSync(
      clientConfiguration,
      [
        ...running.flatMap(({ port }) => [
          `Host ${targets
            .filter((target) => target.port === port)
            .map(({ name }) => name)
            .join(" ")}`,
          `  Port ${port}`,
        ]),
        "Host *",
        "  HostName 127.0.0.1",
        `  User ${username}`,
        `  IdentityFile ${key}`,
        "  IdentitiesOnly yes",
        "  BatchMode yes",
        "  StrictHostKeyChecking yes",
        `  UserKnownHostsFile ${knownHosts}`,
        "  GlobalKnownHostsFile /dev/null",
        "  KexAlgorithms curve25519-sha256",
        "  Ciphers aes128-gcm@openssh.com",
        "",
      ].join("\n"),
    );
    return {
      targets,
      knownHosts,
      clientConfiguration,
      folder: ssh.folder,
      close: () => ssh.close(),
    };
  } catch (error) {
    await ssh.close();
    throw error;
  }
}
