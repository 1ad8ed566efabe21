import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import {
  type Backend,
  isTrue,
  listOf,
  mapOf,
  secondsOf,
  textOf,
  type VaultAnswer,
  type VaultCall,
  wordOf,
} from "../core/call.ts";
import { badRequest, notFound, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import { makeSshCertificate, sshPublicKey } from "../crypto/ssh-certificate.ts";
import { listBelow } from "./paths.ts";

interface Role {
  allowedUsers: string[];
  defaultUser: string;
  isForUsers: boolean;
  isForHosts: boolean;
  extensions: Record<string, string>;
  allowedExtensions: string[];
  ttl: number;
  maxTtl: number;
  told: Record<string, unknown>;
}

/** Signs public keys of users and hosts as OpenSSH certificates. */
export class SshAuthority implements Backend {
  readonly type = "ssh";
  private readonly now: () => number;
  private readonly roles = new Map<string, Role>();
  private key: KeyObject | null = null;

  constructor(now: () => number) {
    this.now = now;
  }

  exists(path: string): boolean {
    return this.roles.has(path.replace(/^roles\//, ""));
  }

  isOpen(path: string): boolean {
    return path === "public_key";
  }

  handle(call: VaultCall): VaultAnswer {
    const [kind, name = ""] = call.path.split("/");
    if (call.path === "config/ca") return this.configure(call);
    if (kind === "public_key" && call.method === "GET")
      return { raw: { type: "text/plain", body: sshPublicKey(this.authority()) } };
    if (kind === "roles") return this.role(call, name);
    if (kind === "sign" && call.method === "POST") return this.sign(call, name);
    throw unsupportedPath();
  }

  private configure(call: VaultCall): VaultAnswer {
    if (call.method === "DELETE") {
      this.key = null;
      return { status: 204 };
    }
    if (call.method === "POST") {
      if (this.key) throw badRequest("keys are already configured; delete them before reconfiguring");
      const given = textOf(call, "private_key");
      this.key = given === "" ? generateKeyPairSync("ed25519").privateKey : readKey(given);
    }
    return { data: { public_key: sshPublicKey(this.authority()) } };
  }

  private role(call: VaultCall, name: string): VaultAnswer {
    if (call.method === "LIST") return { data: { keys: listBelow(this.roles.keys(), "") } };
    if (call.method === "POST") {
      if (wordOf(call, "key_type") !== "ca") throw badRequest("invalid key type");
      this.roles.set(name, {
        allowedUsers: listOf(call, "allowed_users"),
        defaultUser: textOf(call, "default_user"),
        isForUsers: isTrue(call, "allow_user_certificates"),
        isForHosts: isTrue(call, "allow_host_certificates"),
        extensions: mapOf(call, "default_extensions"),
        allowedExtensions: listOf(call, "allowed_extensions"),
        ttl: secondsOf(call, "ttl", 1800),
        maxTtl: secondsOf(call, "max_ttl", 86_400),
        told: { ...call.body },
      });
      return { status: 204 };
    }
    const role = this.roles.get(name);
    if (!role) throw notFound();
    if (call.method === "GET") return { data: role.told };
    if (call.method !== "DELETE") throw unsupportedOperation();
    this.roles.delete(name);
    return { status: 204 };
  }

  private sign(call: VaultCall, name: string): VaultAnswer {
    const role = this.roles.get(name);
    if (!role) throw badRequest(`unknown role: ${name}`);
    const kind = textOf(call, "cert_type", "user");
    if (kind === "user" ? !role.isForUsers : !role.isForHosts)
      throw badRequest(`cert_type '${kind}' is not allowed by role`);
    const principals = listOf(call, "valid_principals");
    if (principals.length === 0 && role.defaultUser !== "") principals.push(role.defaultUser);
    const wrong = principals.find(
      (each) => !["*", each].some((any) => role.allowedUsers.includes(any)) && each !== role.defaultUser,
    );
    if (wrong !== undefined) throw badRequest(`${wrong} is not a valid value for valid_principals`);
    if (principals.length === 0) throw badRequest("empty valid principals not allowed by role");
    const extensions = call.body.extensions === undefined ? role.extensions : mapOf(call, "extensions");
    const unwanted = Object.keys(extensions).find(
      (each) => !(each in role.extensions) && !role.allowedExtensions.includes(each),
    );
    if (unwanted) throw badRequest(`extensions [${unwanted}] are not on allowed list`);
    const ttl = secondsOf(call, "ttl", role.ttl);
    if (ttl > role.maxTtl) throw badRequest("ttl is larger than maximum allowed");
    const now = this.now();
    const serial = randomBytes(8);
    try {
      const signed = makeSshCertificate({
        publicKey: wordOf(call, "public_key"),
        authority: this.authority(),
        serial: serial.readBigUInt64BE(),
        isHost: kind === "host",
        keyId: textOf(call, "key_id") || `vault-${call.token?.displayName ?? ""}-${serial.toString("hex")}`,
        principals,
        validAfter: now - 30_000,
        validBefore: now + ttl * 1000,
        criticalOptions: mapOf(call, "critical_options"),
        extensions,
      });
      return { data: { serial_number: serial.toString("hex"), signed_key: signed } };
    } catch (error) {
      if (error instanceof RangeError) throw badRequest("failed to parse public_key as SSH key");
      throw error;
    }
  }

  private authority(): KeyObject {
    if (!this.key) throw badRequest("keys haven't been configured yet");
    return this.key;
  }
}

function readKey(words: string): KeyObject {
  try {
    return createPrivateKey(words);
  } catch {
    throw badRequest("could not parse the private key");
  }
}
