import { readShare } from "../core/barrier.ts";
import { isTrue, listOf, numberOf, textOf, type VaultAnswer, type VaultCall } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, unsupportedOperation, unsupportedPath } from "../core/failure.ts";
import type { Rekey, RekeyWish } from "../core/rekey.ts";
import type { Handler, Routes } from "./routes.ts";

const done: VaultAnswer = { status: 204 };
/** How an answer of one family of paths is put: as it stands, or in an envelope. */
type Put = (told: Record<string, unknown>) => VaultAnswer;

/** What below `sys/` asks for no token where it is open: the making of new shares as both products had it first. */
export const openRekeyPaths = /^sys\/rekey(-recovery-key)?\/(init|update|verify)$/;

/**
 * The making of new shares: by `sys/rekey` and `sys/rekey-recovery-key`, which ask for no token and which OpenBao has switched off
 * unless its listener says otherwise, and by `sys/rotate/root` and `sys/rotate/recovery` of OpenBao from 2.4.
 */
export function rekeyRoutes(cluster: VaultCluster): Routes {
  const raw: Put = (told) => ({ raw: told });
  const flat: Put = (data) => ({ data, flat: true });
  const enveloped: Put = (data) => ({ data });
  const recovery = () => {
    if (!cluster.opensItself) throw badRequest("recovery rekey not supported");
    return cluster.recoveryRekey;
  };
  const root = () => cluster.rekey;
  const whileOpen = (routes: Routes) =>
    mapped(routes, (handler) => (call, rest) => {
      if (cluster.isRekeyClosed()) throw unsupportedOperation();
      return handler(call, rest);
    });
  const ofOpenBao = (routes: Routes) =>
    mapped(routes, (handler) => (call, rest) => {
      if (cluster.product !== "openbao") throw unsupportedPath();
      return handler(call, rest);
    });
  return {
    ...whileOpen(steps("rekey", root, raw)),
    ...whileOpen(steps("rekey-recovery-key", recovery, raw)),
    ...kept("rekey/backup", root, flat),
    ...kept("rekey/recovery-key-backup", recovery, flat),
    ...ofOpenBao(steps("rotate/root", root, (told) => enveloped(asRotation(told)))),
    ...ofOpenBao(steps("rotate/recovery", recovery, (told) => enveloped(asRotation(told)))),
    ...ofOpenBao(kept("rotate/root/backup", root, enveloped)),
    ...ofOpenBao(kept("rotate/recovery/backup", recovery, enveloped)),
  };
}

function steps(path: string, of: () => Rekey, put: Put): Routes {
  return {
    [`GET ${path}/init`]: () => put(of().status()),
    [`POST ${path}/init`]: (call) => {
      of().begin(wishOf(call));
      return put(of().status());
    },
    [`DELETE ${path}/init`]: () => {
      of().cancel();
      return done;
    },
    [`POST ${path}/update`]: (call) =>
      put(of().update(textOf(call, "nonce"), readShare(textOf(call, "key")))),
    [`GET ${path}/verify`]: () => put(of().verification()),
    [`POST ${path}/verify`]: (call) =>
      put(of().verify(textOf(call, "nonce"), readShare(textOf(call, "key")))),
    [`DELETE ${path}/verify`]: () => {
      of().restartVerification();
      return put(of().verification());
    },
  };
}

function kept(path: string, of: () => Rekey, put: Put): Routes {
  return {
    [`GET ${path}`]: () => put(of().backup()),
    [`DELETE ${path}`]: () => {
      of().removeBackup();
      return done;
    },
  };
}

function wishOf(call: VaultCall): RekeyWish {
  const keys = listOf(call, "pgp_keys");
  return {
    config: { shares: numberOf(call, "secret_shares", 0), threshold: numberOf(call, "secret_threshold", 0) },
    isVerified: isTrue(call, "require_verification"),
    keys: keys.length > 0 ? keys : null,
    isKept: isTrue(call, "backup"),
  };
}

/** OpenBao tells of the shares in force by another word, and names no attempt where there is none. */
function asRotation({ required, ...told }: Record<string, unknown>): Record<string, unknown> {
  if (required === undefined) return told;
  const { started, t, n } = told;
  return started === false
    ? { started, t, n, seal_threshold: required }
    : { ...told, seal_threshold: required };
}

function mapped(routes: Routes, change: (handler: Handler) => Handler): Routes {
  return Object.fromEntries(Object.entries(routes).map(([route, handler]) => [route, change(handler)]));
}
