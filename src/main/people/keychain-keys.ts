import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { signWithSecret } from "./private-key.ts";
import { isKeyFault, type PublicKey, readKeyBlob } from "./public-key.ts";
import type { Operator } from "./roster.ts";
import { sshString } from "./ssh-words.ts";

/** Where the secret halves are: the OS keychain or the passphrase file, as for every other secret of the console. */
export interface KeychainPlace {
  /** Whether there is a value under a name, as far as that is known without asking for it. */
  has(name: string): boolean;
  /** Throws OpsError where the keychain is locked or away, or has nothing under the name. */
  read(name: string): Promise<string>;
  write(name: string, value: string): Promise<void>;
}

/** Ed25519 key pairs of operators that were made here and never leave the keychain. */
export class KeychainKeys {
  readonly #place: KeychainPlace;
  readonly #workstation: string;

  constructor(place: KeychainPlace, workstation: string) {
    this.#place = place;
    this.#workstation = workstation;
  }

  has(operator: string): boolean {
    return this.#place.has(nameOf(operator));
  }

  /** Makes a pair in place of one that was made before, and gives the public half. */
  async make(operator: string): Promise<PublicKey> {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const key = publicHalf(publicKey.export({ format: "jwk" }).x, `${operator}@${this.#workstation}`);
    await this.#place.write(nameOf(operator), privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    return key;
  }

  /** Null where the key that is kept is none of those that the estate names. */
  async sign(operator: Operator, namespace: string, message: Buffer): Promise<string | null> {
    const secret = createPrivateKey(await this.#place.read(nameOf(operator.id)));
    const { blob } = publicHalf(secret.export({ format: "jwk" }).x, "");
    const key = operator.keys.find((one) => one.blob.equals(blob));
    return key === undefined ? null : signWithSecret(key, secret, namespace, message);
  }
}

function nameOf(operator: string): string {
  return `operator-key.${operator}`;
}

/** A public key in the form of RFC 8709 section 4, from the coordinate of its JWK (RFC 8037). */
function publicHalf(x: string | undefined, comment: string): PublicKey {
  const blob = Buffer.concat([sshString("ssh-ed25519"), sshString(Buffer.from(x ?? "", "base64url"))]);
  const key = readKeyBlob(blob, comment);
  if (key === null || isKeyFault(key)) throw new RangeError("not an Ed25519 key");
  return key;
}
