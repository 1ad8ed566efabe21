import { lookup } from "node:dns/promises";
import { connect, isIP, type LookupFunction, type Socket } from "node:net";
import type { OpsError } from "../../shared/errors.ts";
import { abortable } from "./abort.ts";
import { connectionRefused, nameNotFound, noAnswer, unreachable } from "./faults.ts";
import type { Place } from "./place.ts";

/**
 * Opens a TCP connection to `place`, to one of `addresses` when they are given. Throws `reach.refused`, `reach.unreachable`,
 * `reach.name-not-found`, `reach.timed-out` or what `signal` was aborted with.
 */
export function openTcp(
  place: Place,
  signal: AbortSignal,
  addresses: readonly string[] | null = null,
): Promise<Socket> {
  const socket = connect({
    host: place.address,
    ...(addresses && { lookup: fixedLookup(addresses) }),
    port: place.port,
    noDelay: true,
    // Node's quarter of a second for each address is shorter than the round trip of a slow link.
    autoSelectFamilyAttemptTimeout: 2000,
  });
  const opening = new Promise<Socket>((resolve, reject) => {
    socket.once("error", (error) => reject(explain(place, error)));
    socket.once("connect", () => resolve(socket));
  });
  return abortable(opening, signal).catch((error: unknown) => {
    socket.on("error", () => undefined);
    socket.destroy();
    throw error;
  });
}

/** Every address of a name or an address literal. Throws `reach.name-not-found`. */
export async function addressesOf(place: Place, signal: AbortSignal): Promise<string[]> {
  try {
    const found = await abortable(lookup(place.address, { all: true }), signal);
    return found.map(({ address }) => address);
  } catch (error) {
    throw signal.aborted ? error : nameFault(place, error);
  }
}

/** Why the name of a place could not be resolved, as an OpsError `reach.…`. */
export function nameFault(place: Place, error: unknown): OpsError {
  return explain(place, error);
}

function fixedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_name, options, done) => {
    const [first] = all;
    if (options.all) done(null, all);
    else done(null, first?.address ?? "", first?.family);
  };
}

function explain(place: Place, error: unknown): OpsError {
  const codes = error instanceof AggregateError ? error.errors.map(codeOf) : [codeOf(error)];
  if (codes.some((code) => code === "ENOTFOUND" || code === "EAI_AGAIN" || code === "ENODATA")) {
    return nameNotFound(place, error);
  }
  if (codes.includes("ECONNREFUSED")) return connectionRefused(place, error);
  if (codes.includes("ETIMEDOUT")) return noAnswer(place);
  return unreachable(place, error);
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
