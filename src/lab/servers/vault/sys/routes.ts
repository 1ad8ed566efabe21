import type { Method, VaultAnswer, VaultCall } from "../core/call.ts";
import { unsupportedOperation, unsupportedPath } from "../core/failure.ts";

/** Answers a call; `rest` is what the pattern's `*` stands for. */
export type Handler = (call: VaultCall, rest: string) => VaultAnswer | Promise<VaultAnswer>;
export type Routes = Readonly<Record<string, Handler>>;

/** Finds who answers: `"GET mounts"` by its whole name, `"GET policy/*"` by its beginning, the longest first. */
export function answerBy(routes: Routes, call: VaultCall): VaultAnswer | Promise<VaultAnswer> {
  const whole = routes[`${call.method} ${call.path}`];
  if (whole) return whole(call, "");
  const prefixes = Object.keys(routes)
    .filter((route) => route.endsWith("*"))
    .sort((one, other) => other.length - one.length);
  for (const route of prefixes) {
    const [method, pattern = ""] = route.split(" ");
    const start = pattern.slice(0, -1);
    const handler = routes[route];
    if (handler && method === call.method && call.path.startsWith(start))
      return handler(call, call.path.slice(start.length));
  }
  const others: readonly Method[] = ["GET", "LIST", "POST", "PATCH", "DELETE"];
  throw others.some((method) => `${method} ${call.path}` in routes)
    ? unsupportedOperation()
    : unsupportedPath();
}
