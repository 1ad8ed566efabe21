import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as it came, read to its end. */
export interface Received {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** `/api/v1/namespaces/shop/pods/api-1/eviction` in its parts. */
export interface Target {
  prefix: string;
  namespace: string | null;
  resource: string;
  name: string | null;
  sub: string | null;
}

/** Answers with JSON. */
export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: object = {},
): undefined {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

export function statusOf(code: number, reason: string, message: string, details: object = {}): object {
  return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message, details };
}

/** Answers with a metav1.Status. */
export function refuse(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
  details: object = {},
  headers: object = {},
): undefined {
  answer(response, code, statusOf(code, reason, message, details), headers);
}
