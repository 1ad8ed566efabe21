import { timingSafeEqual } from "node:crypto";
import { providerRefused, redirectForeign } from "../login-faults.ts";

/** What an authorisation ended with (RFC 6749, 4.1.2). */
export interface Returned {
  code: string;
}

/**
 * What an address holds that a browser came back to. Throws `vault.redirect-foreign` where it has not the state that was
 * sent out, and `vault.provider-refused` where it tells an error.
 */
export function returnedIn(words: string, state: string, name: string): Returned {
  const parameters = URL.parse(words.trim())?.searchParams;
  if (!parameters || !sameWords(parameters.get("state") ?? "", state)) throw redirectForeign(name);
  const code = parameters.get("code") ?? "";
  if (parameters.has("error") || code === "") throw providerRefused(name);
  return { code };
}

function sameWords(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
