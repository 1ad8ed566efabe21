import { z } from "zod";
import { secretReferenceSchema } from "../../../../shared/estate-access.ts";
import { guestName } from "./made-guest.ts";

const addressPart =
  /^(?:ip=(?:dhcp|(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2})|gw=(?:\d{1,3}\.){3}\d{1,3}|ip6=(?:dhcp|auto|[0-9a-fA-F:.]{2,45}\/\d{1,3})|gw6=[0-9a-fA-F:.]{2,45})$/;
/** `ip=192.0.2.10/24,gw=192.0.2.1`, `ip=dhcp`, with `ip6` and `gw6` (PVE::QemuServer, `pve-qm-ipconfig`). */
const addresses = z
  .string()
  .trim()
  .max(300)
  .refine((words) => words === "" || words.split(",").every((part) => addressPart.test(part)));

/** An OpenSSH public key on each line: its type, its Base64, and perhaps a comment. */
const keyLine =
  /^(?:(?:sk-)?(?:ssh|ecdsa)-[A-Za-z0-9@.-]{2,60}|sk-[A-Za-z0-9@.-]{2,60}) [A-Za-z0-9+/]{20,}={0,3}(?: [^\r\n]{0,200})?$/;
const keys = z
  .string()
  .max(20_000)
  .transform((words) => linesOf(words).join("\n"))
  .refine((words) => words === "" || words.split("\n").every((line) => keyLine.test(line)));

const word = (pattern: RegExp) => z.union([z.literal(""), z.string().trim().regex(pattern)]).default("");
const nameServers = /^[0-9a-fA-F.:]{2,45}(?:[ ,]+[0-9a-fA-F.:]{2,45}){0,3}$/;
const domain = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/;

export const cloneInput = z.strictObject({
  name: z.string().trim().regex(guestName),
  /** A full copy; linked to its template otherwise, which is quick and needs it for ever. */
  full: z.boolean().default(true),
  node: z.string().max(64).default(""),
  storage: z.string().max(100).default(""),
  user: word(/^[a-z_][a-z0-9_-]{0,31}\$?$/),
  /** The reference of the secret that becomes the user's password; it is looked up when it is sent. */
  passwordFrom: z.union([z.literal(""), secretReferenceSchema]).default(""),
  keys: keys.default(""),
  addresses: addresses.default(""),
  nameServers: word(nameServers),
  searchDomain: word(domain),
  start: z.boolean().default(true),
});
export type CloneInput = z.infer<typeof cloneInput>;

function linesOf(words: string): string[] {
  return words
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** What cloud-init is told, as parameters of the config; the password, where there is one, comes in plain. */
export function cloudInitOf(input: CloneInput, password: string | null) {
  const { user, keys: lines, addresses: first, nameServers: servers, searchDomain } = input;
  return {
    ciuser: user || undefined,
    cipassword: password ?? undefined,
    // Proxmox VE keeps the keys in percent-encoding and takes them so: they are encoded here, and once more by the form.
    sshkeys: lines === "" ? undefined : encodeURIComponent(lines),
    ipconfig0: first || undefined,
    nameserver: servers.replace(/[ ,]+/g, " ") || undefined,
    searchdomain: searchDomain || undefined,
  };
}

/** Whether cloud-init is told anything. */
export function tellsCloudInit(input: CloneInput): boolean {
  const { user, passwordFrom, keys: lines, addresses: first, nameServers: servers, searchDomain } = input;
  return [user, passwordFrom, lines, first, servers, searchDomain].some((words) => words !== "");
}
