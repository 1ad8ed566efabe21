import ssh2 from "ssh2";
import { Failure, wrongParameters } from "./failure.ts";
import { optional, type Parameters, type Values } from "./parameters.ts";

const addressOption =
  /^(ip=(dhcp|\d{1,3}(\.\d{1,3}){3}\/\d{1,2})|gw=\d{1,3}(\.\d{1,3}){3}|ip6=(dhcp|auto|[0-9a-fA-F:]+\/\d{1,3})|gw6=[0-9a-fA-F:]+)$/;
const encoded = /^[-%a-zA-Z0-9_.!~*'()]*$/;
const memory = /^(current=)?\d+$/;

/** Options of a machine's configuration that the lab takes. */
export const machineOptions: Parameters = {
  name: optional.text({
    format: { pattern: /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(\.[a-zA-Z0-9-]+)*$/, name: "DNS name" },
  }),
  description: optional.text({ maxLength: 8192 }),
  tags: optional.text(),
  cores: optional.integer({ minimum: 1 }),
  sockets: optional.integer({ minimum: 1 }),
  memory: optional.text({ format: { pattern: memory, name: "memory" } }),
  balloon: optional.integer({ minimum: 0 }),
  onboot: optional.flag(),
  protection: optional.flag(),
  agent: optional.text(),
  ciuser: optional.text(),
  cipassword: optional.text(),
  citype: optional.choice("configdrive2", "nocloud", "opennebula"),
  ciupgrade: optional.flag(),
  cicustom: optional.text(),
  sshkeys: optional.text(),
  nameserver: optional.text(),
  searchdomain: optional.text(),
  "ipconfig[n]": optional.text(),
  "net[n]": optional.text(),
  "serial[n]": optional.text(),
  vga: optional.text(),
  boot: optional.text(),
  startup: optional.text(),
  ostype: optional.text(),
  cpu: optional.text(),
};

/** Options of a container's configuration that the lab takes. */
export const containerOptions: Parameters = {
  hostname: optional.text({ maxLength: 255 }),
  description: optional.text({ maxLength: 8192 }),
  tags: optional.text(),
  cores: optional.integer({ minimum: 1, maximum: 8192 }),
  memory: optional.integer({ minimum: 16 }),
  swap: optional.integer({ minimum: 0 }),
  onboot: optional.flag(),
  protection: optional.flag(),
  nameserver: optional.text(),
  searchdomain: optional.text(),
  "net[n]": optional.text(),
  startup: optional.text(),
  features: optional.text(),
};

/** What changes a configuration beside its options. */
export const changeOptions: Parameters = {
  delete: optional.text(),
  digest: optional.text({ maxLength: 64 }),
  revert: optional.text(),
};

/**
 * Looks at what cloud-init is told: keys are encoded once more than the request is, and are keys; addresses are
 * addresses. Throws a Failure 400.
 */
export function checkCloudInit(values: Values): void {
  const keys = values.get("sshkeys");
  if (keys !== null && !encoded.test(keys)) {
    throw wrongParameters({ sshkeys: `invalid format - invalid urlencoded string: ${keys.slice(0, 100)}\n` });
  }
  for (const line of decoded(keys ?? "").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (ssh2.utils.parseKey(line) instanceof Error) throw new Failure(500, "SSH public key validation error");
  }
  for (const [name, value] of values.matching(/^ipconfig\d+$/)) {
    if (value.split(",").some((part) => !addressOption.test(part))) {
      throw wrongParameters({
        [name]: `invalid format - format error\n${value.slice(0, 100)}: invalid configuration\n`,
      });
    }
  }
}

function decoded(words: string): string {
  try {
    return decodeURIComponent(words);
  } catch {
    throw wrongParameters({ sshkeys: "invalid format - invalid urlencoded string\n" });
  }
}
