import { textOf, timeWords, type VaultCall } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest } from "../core/failure.ts";
import type { Token } from "../core/tokens.ts";
import type { Routes } from "./routes.ts";

const gone = "wrapping token is not valid or does not exist";

/** Answers that are kept under a token which gives them out once (`sys/wrapping`). */
export function wrappingRoutes(cluster: VaultCluster): Routes {
  const named = (call: VaultCall): Token => {
    const given = textOf(call, "token");
    const token = given === "" ? call.token : cluster.tokens.find(given);
    if (token?.wrapped === undefined) throw badRequest(gone);
    return token;
  };
  return {
    "POST wrapping/wrap": (call) => ({ data: { ...call.body } }),
    "POST wrapping/lookup": (call) => {
      const token = named(call);
      return {
        data: {
          creation_path: token.path,
          creation_time: timeWords(token.createdAt),
          creation_ttl: token.ttl,
        },
      };
    },
    "POST wrapping/unwrap": (call) => {
      const token = named(call);
      cluster.tokens.revoke(token);
      return { raw: token.wrapped as Record<string, unknown> };
    },
    "POST wrapping/rewrap": (call) => {
      const token = named(call);
      cluster.tokens.revoke(token);
      return { raw: { wrap_info: wrap(cluster, token.wrapped, token.path, token.ttl) } };
    },
  };
}

/** Keeps an answer for so many seconds, and tells the token to it. */
export function wrap(
  cluster: VaultCluster,
  answer: unknown,
  path: string,
  ttl: number,
): Record<string, unknown> {
  const token = cluster.tokens.create({
    policies: ["response-wrapping"],
    path,
    namespace: "",
    ttl,
    wrapped: answer,
  });
  return {
    token: token.id,
    accessor: token.accessor,
    ttl,
    creation_time: timeWords(token.createdAt),
    creation_path: path,
  };
}
