import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { LabServers } from "../servers/server.ts";
import type { Machine } from "../world/machine.ts";
import { mergeSections } from "./merge-sections.ts";

const estateName = "atelier.yaml";
/**
 * What stands in the template where the lab puts the port that it was given, an operator's public key, the account that it
 * runs under, and the pin of a machine's certificate.
 */
const portMark = "port: 65535";
const keyMark = /"ssh-ed25519 \S+" # (\S+)/g;
const accountMark = '"account" # whoever runs the lab';
const pinMark = /pin: "(?:00:){31}00" # (\S+)/g;

/**
 * Fills the template in: the loopback port of the bounce, the pins of certificates, and a system for the hosts that
 * were asked for besides.
 */
function fillEstate(template: string, servers: LabServers, extra: readonly Machine[]): string {
  const filled = template
    .replace(portMark, `port: ${servers.ports.get("bounce") ?? 0}`)
    .replace(keyMark, (mark, id: string) => JSON.stringify(servers.publicKeys?.get(id) ?? mark))
    .replace(accountMark, () => JSON.stringify(userInfo().username))
    .replace(pinMark, (mark, id: string) => `pin: "${servers.pins?.get(id) ?? mark}"`);
  if (extra.length === 0) return filled;
  return [
    `${filled.trimEnd()}\n`,
    "  further-hosts:",
    "    type: ssh",
    "    site: atelier",
    "    environment: non-production",
    "    via: bounce",
    "    allowlist: workstation",
    "    user: ops",
    "    authentication:",
    "      - password: file:secrets/host-password",
    "    every: 60s",
    "    hosts:",
    ...extra.flatMap((machine) => [`      ${machine.id}:`, `        address: "${machine.address}"`]),
    "",
  ].join("\n");
}

/**
 * Writes the estate file of a running lab into its folder, from the templates of the sites that stand; resolves to its
 * path. The first template is the whole that the others add to.
 */
export async function writeEstate(
  folder: string,
  templates: readonly URL[],
  servers: LabServers,
  extra: readonly Machine[],
): Promise<string> {
  const path = join(folder, estateName);
  const [first = "", ...further] = await Promise.all(templates.map((each) => readFile(each, "utf8")));
  const words = fillEstate(further.reduce(mergeSections, first), servers, extra);
  await writeFileAtomic(path, words, { mode: 0o600, fsync: false });
  return path;
}
