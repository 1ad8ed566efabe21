import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import ipaddr from "ipaddr.js";
import { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";

/** Where the browser shell listens, and who may come. */
export interface BindingOptions {
  /** An IP address of this machine; loopback when left out. */
  address?: string | undefined;
  /** 0 takes any free port. */
  port?: number | undefined;
  /** PEM files. */
  certificateFile?: string | undefined;
  keyFile?: string | undefined;
  /** The client ranges in CIDR notation that may connect. */
  clients?: string[] | undefined;
  /** Further names by which browsers reach the console. */
  names?: string[] | undefined;
}

export interface Binding {
  address: string;
  port: number;
  tls: { cert: string; key: string } | null;
  /** Host names and bracketed addresses as they stand in a URL, the one for links first. */
  hosts: string[];
  /** Whether a client address (of a socket) may connect. */
  admits(client: string | undefined): boolean;
}

const loopbackClients = ["127.0.0.0/8", "::1/128"];
const hostName = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Checks where the browser shell is asked to listen. Loopback needs nothing; anything else needs a certificate, a
 * client allowlist and, for an address that means all interfaces, a name. Throws OpsError `shell.…`.
 */
export async function checkBinding(options: BindingOptions): Promise<Binding> {
  const address = options.address ?? "127.0.0.1";
  if (!ipaddr.isValid(address)) throw wrongAddress(address);
  const parsed = ipaddr.process(address);
  const isLoopback = parsed.range() === "loopback";
  const names = (options.names ?? []).map((name) => name.toLowerCase());
  const wrongName = names.find((name) => !hostName.test(name));
  if (wrongName !== undefined) throw wrongHostName(wrongName);
  const hasTls = options.certificateFile !== undefined && options.keyFile !== undefined;
  if ((options.certificateFile === undefined) !== (options.keyFile === undefined)) throw halfTls();
  if (!isLoopback && !hasTls) throw needsTls(address);
  if (!isLoopback && !options.clients?.length) throw needsClients(address);
  if (parsed.range() === "unspecified" && names.length === 0) throw needsName(address);
  const clients = clientCheck(options.clients ?? []);
  const own = parsed.kind() === "ipv6" ? `[${parsed.toString()}]` : parsed.toString();
  return {
    address: parsed.toString(),
    port: options.port ?? 0,
    tls: hasTls ? await readTls(options.certificateFile ?? "", options.keyFile ?? "") : null,
    hosts: [
      ...(isLoopback ? [own] : []),
      ...names,
      ...(isLoopback ? ["localhost"] : []),
      ...(isLoopback || parsed.range() === "unspecified" ? [] : [own]),
    ],
    admits: isLoopback ? clientCheck(loopbackClients) : clients,
  };
}

function clientCheck(ranges: string[]): (client: string | undefined) => boolean {
  const parsed = ranges.map((range) => {
    if (!ipaddr.isValidCIDR(range)) throw wrongRange(range);
    return ipaddr.parseCIDR(range);
  });
  return (client) => {
    if (client === undefined || !ipaddr.isValid(client)) return false;
    const address = ipaddr.process(client);
    return parsed.some(
      ([network, bits]) => address.kind() === network.kind() && address.match(network, bits),
    );
  };
}

async function readTls(certificateFile: string, keyFile: string): Promise<{ cert: string; key: string }> {
  try {
    const [cert, key, { mode }] = await Promise.all([
      readFile(certificateFile, "utf8"),
      readFile(keyFile, "utf8"),
      stat(keyFile),
    ]);
    if (process.platform !== "win32" && (mode & 0o007) !== 0) throw openKey(keyFile);
    // Also finds a key that does not belong to the certificate.
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (thrown) {
    if (thrown instanceof OpsError) throw thrown;
    throw unusableTls(certificateFile, keyFile, thrown);
  }
}

function refusal(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `shell.${code}`, system: "shell", message, hint, cause });
}

function wrongAddress(address: string): OpsError {
  return refusal(
    "wrong-address",
    text(
      `“${address}” is not an IP address to listen on.`,
      `« ${address} » n'est pas une adresse IP d'écoute.`,
    ),
    text(
      "Give an IPv4 or IPv6 address of this machine.",
      "Donnez une adresse IPv4 ou IPv6 de cette machine.",
    ),
  );
}

function wrongHostName(name: string): OpsError {
  return refusal(
    "wrong-name",
    text(`“${name}” is not a host name.`, `« ${name} » n'est pas un nom d'hôte.`),
    text(
      "Give the name as it stands in the browser's address bar, without scheme or port.",
      "Donnez le nom tel qu'il figure dans la barre d'adresse, sans protocole ni port.",
    ),
  );
}

function wrongRange(range: string): OpsError {
  return refusal(
    "wrong-range",
    text(
      `“${range}” is not a range of client addresses.`,
      `« ${range} » n'est pas une plage d'adresses clientes.`,
    ),
    text(
      "Write it in CIDR notation, such as 192.0.2.0/24.",
      "Écrivez-la en notation CIDR, par exemple 192.0.2.0/24.",
    ),
  );
}

function halfTls(): OpsError {
  return refusal(
    "half-tls",
    text("Only one of certificate and key was given.", "Seul le certificat ou seule la clé a été indiqué."),
    text("Give both files, or neither.", "Indiquez les deux fichiers, ou aucun."),
  );
}

function needsTls(address: string): OpsError {
  return refusal(
    "needs-tls",
    text(
      `Listening on ${address}, which other machines can reach, needs TLS.`,
      `L'écoute sur ${address}, accessible à d'autres machines, exige TLS.`,
    ),
    text(
      "Give a certificate and its key, or listen on loopback and reach it through an SSH tunnel.",
      "Indiquez un certificat et sa clé, ou écoutez en local et passez par un tunnel SSH.",
    ),
  );
}

function needsClients(address: string): OpsError {
  return refusal(
    "needs-clients",
    text(
      `Listening on ${address}, which other machines can reach, needs a list of the clients that may connect.`,
      `L'écoute sur ${address}, accessible à d'autres machines, exige la liste des clients admis.`,
    ),
    text(
      "Name the client ranges in CIDR notation, such as 192.0.2.0/24.",
      "Indiquez les plages clientes en notation CIDR, par exemple 192.0.2.0/24.",
    ),
  );
}

function needsName(address: string): OpsError {
  return refusal(
    "needs-name",
    text(
      `${address} means every interface, so the name that browsers use is not known.`,
      `${address} désigne toutes les interfaces : le nom employé par les navigateurs est inconnu.`,
    ),
    text(
      "Give the host name of the console, or listen on one address.",
      "Indiquez le nom d'hôte de la console, ou écoutez sur une seule adresse.",
    ),
  );
}

function openKey(keyFile: string): OpsError {
  return refusal(
    "open-key",
    text(
      `The key file ${keyFile} can be read by every user of this machine.`,
      `Le fichier de clé ${keyFile} est lisible par tous les utilisateurs de cette machine.`,
    ),
    text("Take the right to read it from others (chmod o=).", "Retirez ce droit aux autres (chmod o=)."),
  );
}

function unusableTls(certificateFile: string, keyFile: string, cause: unknown): OpsError {
  return refusal(
    "unusable-tls",
    text(
      `The certificate ${certificateFile} and the key ${keyFile} cannot be used together.`,
      `Le certificat ${certificateFile} et la clé ${keyFile} ne sont pas utilisables ensemble.`,
    ),
    text(
      "Check that both are readable PEM files and that the key belongs to the certificate.",
      "Vérifiez que ce sont deux fichiers PEM lisibles et que la clé correspond au certificat.",
    ),
    cause,
  );
}
