import { randomBytes } from "node:crypto";

/** Five characters as Kubernetes draws them: no vowels, nothing that looks like another. */
export function suffix(): string {
  const characters = "bcdfghjklmnpqrstvwxz2456789";
  return [...randomBytes(5)].map((byte) => characters.charAt(byte % characters.length)).join("");
}
