import { z } from "zod";
import { text } from "./text.ts";

/**
 * What the estate's own word forms expect, in both languages. A schema carries the English wording as its
 * message; whoever reports the fault finds the French one here.
 */
export const expectations = {
  identifier: text(
    "an identifier of lower-case letters, digits and hyphens",
    "un identifiant fait de minuscules, de chiffres et de tirets",
  ),
  duration: text('a duration such as "15s", "30m" or "4h"', "une durée telle que « 15s », « 30m » ou « 4h »"),
  moment: text(
    'a day such as "2026-12-31", or an instant with its offset such as "2026-12-31T18:00:00+01:00"',
    "un jour tel que « 2026-12-31 », ou un instant avec son décalage tel que « 2026-12-31T18:00:00+01:00 »",
  ),
  secretReference: text(
    "a secret reference: keychain:NAME, vault:PATH#FIELD, env:VARIABLE or file:PATH",
    "une référence de secret : keychain:NOM, vault:CHEMIN#CHAMP, env:VARIABLE ou file:CHEMIN",
  ),
  address: text("a host name or an IP address", "un nom d'hôte ou une adresse IP"),
  addressRange: text(
    'an address range such as "192.0.2.0/24" or "2001:db8::/32"',
    "une plage d'adresses telle que « 192.0.2.0/24 » ou « 2001:db8::/32 »",
  ),
  certificatePin: text(
    "the SHA-256 fingerprint of the certificate: 64 hex digits, with or without colons",
    "l'empreinte SHA-256 du certificat : 64 chiffres hexadécimaux, avec ou sans deux-points",
  ),
  amtUser: text(
    "an AMT user name of printable ASCII without colon, comma and quotation mark",
    "un nom d'utilisateur AMT en ASCII imprimable, sans deux-points, virgule ni guillemet",
  ),
  stepWords: text(
    "words, or the same in both languages: { en: …, fr: … }",
    "des mots, ou les mêmes dans les deux langues : { en: …, fr: … }",
  ),
  variableName: text(
    "a name of lower-case letters, digits and hyphens that begins with a letter",
    "un nom fait de minuscules, de chiffres et de tirets, commençant par une lettre",
  ),
  apiServer: text(
    'the URL of an API server, such as "https://192.0.2.30:6443"',
    "l'URL d'un serveur d'API, telle que « https://192.0.2.30:6443 »",
  ),
  clusterAccess: text(
    "either `kubeconfig`, or `server` with its log-in",
    "soit « kubeconfig », soit « server » avec son authentification",
  ),
  webAddress: text(
    'the URL that it answers at, such as "https://192.0.2.50:9093"',
    "l'URL à laquelle il répond, telle que « https://192.0.2.50:9093 »",
  ),
  webLogin: text(
    "either `user` with `password`, or `token`, or none of them",
    "soit « user » avec « password », soit « token », soit aucun des trois",
  ),
  matchers: text(
    `matchers such as instance=~"\${name}(:.*)?", joined by commas`,
    `des filtres tels que instance=~"\${name}(:.*)?", séparés par des virgules`,
  ),
  namespace: text(
    "the name of a namespace: lower-case letters, digits and hyphens",
    "le nom d'un espace de noms : minuscules, chiffres et tirets",
  ),
  proxmoxUser: text(
    'a user such as "console@pve", or an API token such as "console@pve!passerelle"',
    "un utilisateur tel que « console@pve », ou un jeton d'API tel que « console@pve!passerelle »",
  ),
  proxmoxLogin: text(
    "`password` for USER@REALM, or `token` for USER@REALM!TOKEN",
    "« password » pour UTILISATEUR@DOMAINE, ou « token » pour UTILISATEUR@DOMAINE!JETON",
  ),
  dnsName: text(
    'a name in the DNS, such as "www.shop.example"',
    "un nom dans le DNS, tel que « www.shop.example »",
  ),
  nameServerTransport: text(
    "tcp: nothing else goes through a hop or by an allowlist",
    "tcp : rien d'autre ne passe par un rebond ni selon une liste d'adresses autorisées",
  ),
  applicationKey: text(
    "the application key: letters and digits",
    "la clé d'application : des lettres et des chiffres",
  ),
  providerService: text(
    'the name of the service at the provider, such as "pcc-192-0-2-10"',
    "le nom du service chez le fournisseur, tel que « pcc-192-0-2-10 »",
  ),
  dnsZones: text(
    "zones whose servers and key stand under `servers` and `keys`",
    "des zones dont les serveurs et la clé figurent sous « servers » et « keys »",
  ),
  headerName: text("the name of an HTTP header field", "le nom d'un champ d'en-tête HTTP"),
  checkedAddress: text(
    'the URL that is asked for, such as "https://billing.shop.example/health"',
    "l'URL interrogée, telle que « https://billing.shop.example/health »",
  ),
  checkResolvers: text(
    "checks whose `resolveWith` is an IP address or a name under `resolvers`",
    "des vérifications dont « resolveWith » est une adresse IP ou un nom sous « resolvers »",
  ),
  bucket: text(
    "the name of a bucket: letters, digits, dots, hyphens and underscores",
    "le nom d'un compartiment : lettres, chiffres, points, tirets et tirets bas",
  ),
  region: text('the name of a region, such as "us-east-1"', "le nom d'une région, tel que « us-east-1 »"),
  accessKey: text(
    "the access key's identifier, in printable ASCII",
    "l'identifiant de la clé d'accès, en ASCII imprimable",
  ),
  container: text(
    "the name of a container, without slashes and spaces",
    "le nom d'un conteneur, sans barre oblique ni espace",
  ),
  syncAddress: text(
    "//REALM/CLUSTER/ACCOUNT/CONTAINER, or the URL of a container",
    "//ROYAUME/CLUSTER/COMPTE/CONTENEUR, ou l'URL d'un conteneur",
  ),
  twoContainers: text("two different containers", "deux conteneurs différents"),
  swiftEnds: text(
    "replications between containers whose ends stand under `ends`",
    "des réplications entre conteneurs dont les extrémités figurent sous « ends »",
  ),
  webhookBody: text(
    `a body with \${text} where the announcement goes`,
    `un corps contenant \${text} à la place de l'annonce`,
  ),
  systemdUnit: text(
    'the name of a systemd unit, such as "archive-backup.service" or "archive-backup.timer"',
    "le nom d'une unité systemd, tel que « archive-backup.service » ou « archive-backup.timer »",
  ),
  serverLogin: text(
    "a `user` and an `authentication` for every server, its own or in common",
    "un « user » et une « authentication » pour chaque serveur, propres ou communs",
  ),
  jobServers: text(
    "jobs whose servers stand under `servers`",
    "des tâches dont les serveurs figurent sous « servers »",
  ),
  dumpDirectory: text("the absolute path of a directory", "le chemin absolu d'un répertoire"),
  dumpPattern: text(
    'names of files such as "billing-*.dump", without a directory',
    "des noms de fichiers tels que « billing-*.dump », sans répertoire",
  ),
  vaultAddress: text(
    'the URL of a node, such as "https://192.0.2.60:8200"',
    "l'URL d'un nœud, telle que « https://192.0.2.60:8200 »",
  ),
  vaultNodes: text("one to fifteen nodes", "un à quinze nœuds"),
  vaultHolders: text("fifty holders at most", "cinquante porteurs au plus"),
  vaultMount: text(
    'a path such as "kv" or "team/kv", without slashes at its ends',
    "un chemin tel que « kv » ou « team/kv », sans barre oblique aux extrémités",
  ),
  vaultRole: text(
    "the name of a role: letters, digits, dots, hyphens and underscores",
    "le nom d'un rôle : lettres, chiffres, points, tirets et tirets bas",
  ),
  outsideSecret: text(
    "a secret that is not itself kept in Vault: keychain:NAME, env:VARIABLE or file:PATH",
    "un secret qui n'est pas lui-même conservé dans Vault : keychain:NOM, env:VARIABLE ou file:CHEMIN",
  ),
  hostKey: text('a fingerprint such as "SHA256:…"', "une empreinte telle que « SHA256:… »"),
} as const;

/** Identifiers in the estate file: lower-case words joined by hyphens; unique over the whole estate. */
export const identifierSchema = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, expectations.identifier.en);

const unitMilliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** "90s", "4h", "3w" … in milliseconds; null when the words are not a duration. */
export function parseDuration(words: string): number | null {
  const match = /^(\d{1,6})(ms|s|m|h|d|w)$/.exec(words);
  if (!match) return null;
  return Number(match[1]) * unitMilliseconds[match[2] as keyof typeof unitMilliseconds];
}

/** A duration as written in the estate file ("15s", "4h"); stays a string, read with `parseDuration`. */
export const durationSchema = z.string().regex(/^\d{1,6}(ms|s|m|h|d|w)$/, expectations.duration.en);
