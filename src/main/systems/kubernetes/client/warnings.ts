import type { IncomingMessage } from "node:http";

const mostWarnings = 50;
const longest = 1000;

/**
 * What an API server warns of in an answer: the texts of its `Warning: 299 - "…"` headers, printable and bounded. Source:
 * RFC 7234, 5.5, as kubernetes.io, "Warnings", uses it.
 */
export function warningsOf(answer: Pick<IncomingMessage, "headersDistinct">): string[] {
  const headers = answer.headersDistinct.warning ?? [];
  const found = headers.flatMap((header) =>
    [...header.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, words = ""]) =>
      words
        .replaceAll(/\\(.)/g, "$1")
        .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
        .slice(0, longest),
    ),
  );
  return [...new Set(found)].slice(0, mostWarnings);
}
