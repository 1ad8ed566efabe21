import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./run.mjs";

/**
 * Programs that come from the system and the Debian packages that bring them. A need is met when each entry of
 * `programs` has one of its alternatives, and each of `files` is there.
 * `onlyFor` names who wants it where not every run does.
 * @type {Record<string, { programs: string[][], files?: string[], packages: string[], onlyFor?: "bench" | "counterparts" }>}
 */
export const needs = {
  browser: {
    programs: [["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]],
    packages: ["chromium"],
  },
  openssh: {
    programs: [["sshd"], ["ssh"], ["ssh-keygen"], ["ssh-keyscan"], ["ssh-agent"], ["sftp"]],
    packages: ["openssh-server", "openssh-client"],
  },
  keychain: {
    programs: [["gnome-keyring-daemon"], ["dbus-run-session"], ["secret-tool"]],
    packages: ["gnome-keyring", "dbus-daemon", "libsecret-tools"],
  },
  vnc: {
    programs: [["Xvnc"], ["vncpasswd"], ["qemu-system-x86_64"]],
    packages: ["tigervnc-standalone-server", "tigervnc-tools", "qemu-system-x86"],
  },
  viewers: {
    programs: [["gvnccapture"], ["vncsnapshot"]],
    packages: ["gvncviewer", "vncsnapshot"],
  },
  amt: { programs: [["curl"], ["amtterm"]], packages: ["curl", "amtterm"] },
  websockify: { programs: [["websockify"]], packages: ["websockify"], onlyFor: "bench" },
  alertmanager: {
    programs: [["prometheus-alertmanager"], ["amtool"]],
    packages: ["prometheus-alertmanager"],
  },
  age: { programs: [["age"], ["age-keygen"]], packages: ["age"] },
  bind: {
    programs: [["named"], ["dig"], ["nsupdate"], ["tsig-keygen"]],
    packages: ["bind9", "bind9-dnsutils", "bind9-utils"],
  },
  swift: {
    programs: [
      ["swift-proxy-server"],
      ["swift-account-server"],
      ["swift-container-server"],
      ["swift-object-server"],
      ["swift-ring-builder"],
      ["memcached"],
      ["swift"],
    ],
    packages: [
      "swift-proxy",
      "swift-account",
      "swift-container",
      "swift-object",
      "memcached",
      "python3-swiftclient",
    ],
  },
  web: {
    programs: [["python3"], ["openssl"], ["aiosmtpd"]],
    packages: ["python3", "openssl", "python3-aiosmtpd"],
  },
  vault: {
    programs: [["python3"], ["openssl"], ["ssh-keygen"], ["gpg"]],
    files: ["/usr/lib/python3/dist-packages/hvac/__init__.py"],
    packages: ["python3-hvac", "openssl", "openssh-client", "gnupg"],
  },
  token: { programs: [["softhsm2-util"], ["pkcs11-tool"]], packages: ["softhsm2", "opensc"] },
  ldap: { programs: [["slapd"], ["slapadd"]], packages: ["slapd"] },
  dumps: { programs: [["pg_dump"], ["gzip"]], packages: ["postgresql-15", "gzip"] },
  etcd: { programs: [["etcd"]], packages: ["etcd-server"] },
  compiler: {
    programs: [["go"], ["dpkg-source"]],
    packages: ["golang-go", "dpkg-dev"],
    onlyFor: "counterparts",
  },
  fanout: {
    onlyFor: "bench",
    programs: [["clush"], ["parallel-ssh", "pssh"]],
    packages: ["clustershell", "pssh"],
  },
};

/** @typedef {{ need: string, reason: string }} Missing */

/**
 * Where a program is, looked for in PATH and in the folders of system programs that PATH may leave out.
 * @param {string[]} alternatives names, the first that is there wins
 * @returns {string | null}
 */
function findProgram(alternatives) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin", "/usr/sbin", "/usr/local/bin"];
  for (const name of alternatives) {
    for (const folder of folders) {
      if (folder === "") continue;
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  return null;
}

/** The browser for the end-to-end tests: PASSERELLE_CHROMIUM, else the system's. @returns {string | null} */
export function findBrowser() {
  const named = process.env.PASSERELLE_CHROMIUM;
  if (named) return existsSync(named) ? named : null;
  return findProgram(needs.browser?.programs[0] ?? []);
}

/** @param {string} need */
function isMet(need) {
  if (need === "browser" && findBrowser()) return true;
  const { programs = [], files = [] } = needs[need] ?? {};
  return programs.every((alternatives) => findProgram(alternatives) !== null) && files.every(existsSync);
}

/** @param {string[]} args */
function aptGet(args) {
  return run("apt-get", ["-q", "-y", "-o", "DPkg::Lock::Timeout=120", ...args], {
    deadline: 5 * 60_000,
    quiet: true,
    environment: { DEBIAN_FRONTEND: "noninteractive" },
  });
}

/** The line in which apt says what is wrong. @param {string} output */
function aptReason(output) {
  const lines = output.split("\n").filter((line) => line.startsWith("E: "));
  return lines.at(-1)?.slice(3).trim() ?? "apt-get gave no reason";
}

/**
 * Finds what is needed of the system, or installs it where that is possible (root on Debian and its kin).
 * @param {string[]} wanted keys of `needs`
 * @returns {Promise<Missing[]>} what cannot be had, and why
 */
export async function ensurePackages(wanted) {
  let missing = wanted.filter((need) => !isMet(need));
  if (missing.length === 0) return [];
  /** @param {(need: string) => string} why @returns {Missing[]} */
  const report = (why) => missing.map((need) => ({ need, reason: why(need) }));
  const names = (/** @type {string} */ need) => (needs[need]?.packages ?? []).join(" ");
  if (!findProgram(["apt-get"])) return report((need) => `not installed (on Debian: ${names(need)})`);
  if (process.getuid?.() !== 0) {
    return report((need) => `not installed, and only root may: apt-get install ${names(need)}`);
  }
  process.stdout.write(`Set-up: installing ${missing.map(names).join(" ")} …\n`);
  const update = await aptGet(["update"]);
  // One attempt per need: one package that cannot be had must not keep the others away.
  /** @type {Map<string, string>} */
  const reasons = new Map();
  for (const need of missing) {
    const install = await aptGet(["install", "--no-install-recommends", ...(needs[need]?.packages ?? [])]);
    if (install.code !== 0) {
      reasons.set(need, install.timedOut ? "the installation took too long" : aptReason(install.output));
    }
  }
  missing = missing.filter((need) => !isMet(need));
  return report((need) => {
    const words = reasons.get(need) ?? "installed, but its programs are not there";
    return update.code === 0 ? words : `${words} (and apt-get update failed: ${aptReason(update.output)})`;
  });
}
