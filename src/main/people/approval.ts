import { type ApprovalRequest, approvalRequestSchema } from "../../shared/people.ts";
import { canonicalJson } from "../journal/chain.ts";
import * as faults from "./faults.ts";
import type { PublicKey } from "./public-key.ts";
import type { Operator, Roster } from "./roster.ts";
import { isSignatureOf, readSignature } from "./signature.ts";

export type Verdict = "approve" | "refuse";

/** What a signature is made for: one to refuse is none to approve. */
export const namespaces = { approve: "passerelle-approval", refuse: "passerelle-refusal" } as const;

/** Characters of a request as text. */
export const largestRequestText = 65_536;

/** The words that are signed: the canonical JSON of the request (RFC 8785), without a line feed at its end. */
export function requestText(request: ApprovalRequest): string {
  return canonicalJson(request);
}

/**
 * Reads a request that came as text. Nothing else is ever signed. Throws OpsError `approval.not-a-request` where it is
 * none, or not spelled as it was issued.
 */
export function readRequest(words: string): ApprovalRequest {
  const bare = words.trim();
  if (bare.length > largestRequestText) throw faults.notARequest();
  let parsed: unknown;
  try {
    parsed = JSON.parse(bare);
  } catch {
    throw faults.notARequest();
  }
  const request = approvalRequestSchema.safeParse(parsed).data;
  if (request === undefined || requestText(request) !== bare) throw faults.notARequest();
  return request;
}

/** A signature that is an operator's. */
export interface OwnSignature {
  operator: Operator;
  key: PublicKey;
  /** The signature's file, with nothing around it. */
  signature: string;
}

export interface CheckedSignature extends OwnSignature {
  request: ApprovalRequest;
}

/**
 * Finds which of these requests a signature is for, and whose it is. Throws OpsError `approval.not-a-signature`,
 * `approval.other-purpose`, `approval.unknown-key` or `approval.other-message`.
 */
export function checkSignature(
  words: string,
  requests: readonly ApprovalRequest[],
  verdict: Verdict,
  roster: Roster,
): CheckedSignature {
  const texts = requests.map(requestText);
  const { text, ...own } = checkSigned(words, texts, namespaces[verdict], roster);
  const request = requests[texts.indexOf(text)];
  if (request === undefined) throw faults.otherMessage();
  return { request, ...own };
}

/** The same of any texts, under a namespace of their own; throws the same. */
export function checkSigned(
  words: string,
  texts: readonly string[],
  namespace: string,
  roster: Roster,
): OwnSignature & { text: string } {
  const read = readSignature(words);
  if (read === null) throw faults.notASignature();
  if (read.namespace !== namespace) throw faults.signedForElse();
  const operator = roster.ofKey(read.key.blob);
  if (operator === null) throw faults.unknownKey(read.key.fingerprint);
  // A file that went through an editor may have a line feed at its end.
  const text = texts.find((one) =>
    ["", "\n"].some((end) => isSignatureOf(read, Buffer.from(`${one}${end}`, "utf8"))),
  );
  if (text === undefined) throw faults.otherMessage();
  const signature = /-----BEGIN[\s\S]*END SSH SIGNATURE-----/.exec(words)?.[0] ?? words;
  return { text, operator, key: read.key, signature: `${signature}\n` };
}
