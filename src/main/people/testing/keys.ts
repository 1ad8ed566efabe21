import ssh2 from "ssh2";

/** A key pair of an operator in a test: the file of the private half, and the line of the public one. */
export interface TestKey {
  file: string;
  line: string;
}

/**
 * Makes a key; closed where a passphrase is given, with few rounds so that tests are quick. ssh2 writes one Ed25519 key in
 * 256 in a form that it cannot read itself (a leading zero byte is lost); such a one is drawn again.
 */
export function makeKey(
  kind: "ed25519" | "ecdsa" | "rsa" = "ed25519",
  { passphrase, bits, comment = "" }: { passphrase?: string; bits?: number; comment?: string } = {},
): TestKey {
  const closing = passphrase === undefined ? {} : { passphrase, cipher: "aes256-cbc", rounds: 1 };
  for (;;) {
    const made =
      kind === "ed25519"
        ? ssh2.utils.generateKeyPairSync("ed25519", { comment, ...closing })
        : ssh2.utils.generateKeyPairSync(kind, {
            bits: bits ?? (kind === "rsa" ? 3072 : 256),
            comment,
            ...closing,
          });
    if (!(ssh2.utils.parseKey(made.private, passphrase) instanceof Error))
      return { file: made.private, line: made.public };
  }
}
