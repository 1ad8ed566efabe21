/**
 * What a far side says of itself as plain words for the screen: UTF-8 where it is (else Latin-1, RFC 6143, 7.6.4), no
 * control or invisible characters, white space folded, at most `limit` characters.
 */
export function printable(bytes: Uint8Array, limit: number): string {
  return decoded(bytes)
    .replaceAll(/[\p{C}\p{Z}\s]+/gu, " ")
    .trim()
    .slice(0, limit)
    .toWellFormed();
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString("latin1");
  }
}
