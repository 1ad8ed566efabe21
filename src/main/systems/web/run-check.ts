import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import { parseDuration } from "../../../shared/estate-words.ts";
import type { HttpCheck, SmtpCheck, TcpCheck, TlsCheck, WebCheck } from "../../../shared/systems/web.ts";
import { text } from "../../../shared/text.ts";
import { abortFault, Deadline } from "../../reach/abort.ts";
import { hostAndPort } from "../../reach/place.ts";
import { plainPin } from "../../reach/secure-stream.ts";
import { type ConnectParts, connectTo, type Way } from "./connect.ts";
import { isOfService, service } from "./faults.ts";
import type { Found, Outcome } from "./found.ts";
import { awaitGreeting } from "./greeting.ts";
import { askPage } from "./http.ts";
import { askMailServer } from "./smtp.ts";
import { speakTls, type Trust } from "./tls.ts";

export interface CheckParts extends ConnectParts {
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds of any clock that does not jump. */
  elapsed(): number;
}

/** The header that many reverse proxies say in who serves, where the estate names none. */
const usualServedBy = "x-served-by";

/** What holds for checks that do not say otherwise. */
export interface CheckDefaults {
  via?: string | undefined;
  allowlist?: string | undefined;
}

interface Asking {
  parts: CheckParts;
  way: Way;
  found: Found;
  signal: AbortSignal;
  /** Milliseconds since it was asked. */
  since(): number;
  /** Connects; the clock of a check through a hop starts when the way is open. */
  connect(host: string, port: number): Promise<Duplex>;
}

/**
 * Asks a service once. It ends in what was found; throws an OpsError where it could not be asked (a hop, a resolver, an
 * allowlist, a file), and what the signal was aborted with.
 */
export async function runCheck(
  check: WebCheck,
  defaults: CheckDefaults,
  parts: CheckParts,
  outer: AbortSignal,
): Promise<Outcome> {
  const target = targetOf(check);
  const found: Found = { facts: { "web.check": check.check, "web.target": target }, problems: [] };
  const milliseconds = parseDuration(check.deadline) ?? 10_000;
  const way: Way = {
    via: check.via ?? defaults.via ?? null,
    allowlist: check.allowlist ?? defaults.allowlist ?? null,
    resolveWith: check.resolveWith ?? null,
    deadline: milliseconds,
  };
  const deadline = new Deadline(milliseconds, outer, () => service.timedOut(target, milliseconds / 1000));
  const { signal } = deadline;
  const streams: Duplex[] = [];
  let startedAt = parts.elapsed();
  const asking: Asking = {
    parts,
    way,
    found,
    signal,
    since: () => parts.elapsed() - startedAt,
    async connect(host, port) {
      const isFirst = streams.length === 0;
      if (way.via !== null) deadline.pause();
      const stream = await connectTo(parts, { host, port }, way, found, way.via === null ? signal : outer);
      if (way.via !== null) deadline.resume();
      if (way.via !== null && isFirst) startedAt = parts.elapsed();
      stream.on("error", () => undefined);
      streams.push(stream);
      return stream;
    },
  };
  try {
    await ask(check, asking);
    const took = Math.round(asking.since());
    found.facts["web.took"] = took;
    if (took > (parseDuration(check.within) ?? 3000)) found.problems.push(slow(target, took, check.within));
    return { ...found, answers: true };
  } catch (thrown) {
    if (outer.aborted) throw abortFault(outer);
    const error = signal.aborted ? abortFault(signal) : thrown;
    if (!isOfService(error)) throw error;
    const problem = { code: error.code, health: "critical" as const, text: error.text };
    return { facts: found.facts, problems: [problem, ...found.problems], answers: false };
  } finally {
    deadline.end();
    for (const stream of streams) stream.destroy();
  }
}

/** What a check asks, as people write it. */
function targetOf(check: WebCheck): string {
  return check.check === "http" ? check.url : hostAndPort(check.address, check.port);
}

function ask(check: WebCheck, asking: Asking): Promise<void> {
  switch (check.check) {
    case "http":
      return askHttp(check, asking);
    case "tcp":
      return askTcp(check, asking);
    case "tls":
      return askTls(check, asking);
    case "smtp":
      return askSmtp(check, asking);
  }
}

async function askHttp(check: HttpCheck, asking: Asking): Promise<void> {
  const { found, signal } = asking;
  const trust = await trustOf(check, asking.parts);
  const wanted = {
    url: check.url,
    status: check.status ?? null,
    contains: check.contains ?? null,
    redirections: check.redirections,
    servedBy: check.servedBy ?? (check.expectServedBy === undefined ? null : usualServedBy),
    expectServedBy: check.expectServedBy ?? null,
  };
  const first = new URL(check.url);
  const fixed = asking.way.resolveWith !== null && /[.:]/.test(asking.way.resolveWith);
  await askPage(
    wanted,
    async ({ host, port, secure }) => {
      // A fixed address is that of the name that is checked, not of where it sends its users.
      const isElsewhere = fixed && host !== first.hostname.replace(/^\[|\]$/g, "");
      const stream = await (isElsewhere ? elsewhere(asking) : asking).connect(host, port);
      return secure ? secureAs(stream, host, trust, asking) : stream;
    },
    asking.since,
    found,
    signal,
  );
}

/** The same check without the fixed address. */
function elsewhere(asking: Asking): Pick<Asking, "connect"> {
  const { parts, way, found, signal } = asking;
  return {
    connect: (host, port) => connectTo(parts, { host, port }, { ...way, resolveWith: null }, found, signal),
  };
}

async function askTcp(check: TcpCheck, asking: Asking): Promise<void> {
  const stream = await asking.connect(check.address, check.port);
  if (check.says === undefined) return;
  const wanted = { target: targetOf(check), says: check.says };
  await awaitGreeting(stream, wanted, () => noteFirstByte(asking), asking.found, asking.signal);
}

async function askTls(check: TlsCheck, asking: Asking): Promise<void> {
  const trust = await trustOf(check, asking.parts);
  const stream = await asking.connect(check.address, check.port);
  (await secureAs(stream, check.serverName ?? check.address, trust, asking)).destroy();
}

async function askSmtp(check: SmtpCheck, asking: Asking): Promise<void> {
  const trust = await trustOf(check, asking.parts);
  const stream = await asking.connect(check.address, check.port);
  await askMailServer(
    stream,
    { target: targetOf(check), startTls: check.startTls, says: check.says ?? null },
    (plain) => secureAs(plain, check.serverName ?? check.address, trust, asking),
    () => noteFirstByte(asking),
    asking.found,
    asking.signal,
  );
}

function noteFirstByte({ found, since }: Asking): void {
  found.facts["web.firstByte"] = Math.round(since());
}

function secureAs(stream: Duplex, serverName: string, trust: Trust, { parts, found, signal }: Asking) {
  return speakTls(stream, { target: serverName, serverName, trust, now: parts.now() }, found, signal);
}

async function trustOf(
  check: HttpCheck | TlsCheck | SmtpCheck,
  { folder }: Pick<CheckParts, "folder">,
): Promise<Trust> {
  const { certificateAuthority: file } = check;
  const authorities =
    file === undefined
      ? null
      : await readFile(resolve(folder(), file), "utf8").catch((error: unknown) => {
          throw service.authorityUnreadable(targetOf(check), error);
        });
  return {
    pin: plainPin(check.pin),
    authorities,
    expiresAfter: parseDuration(check.expiresAfter) ?? 21 * 86_400_000,
  };
}

function slow(target: string, took: number, within: string) {
  return {
    code: "web.slow",
    health: "warning" as const,
    text: text(
      `${target} answers slowly: ${took} ms, more than ${within}.`,
      `${target} répond lentement : ${took} ms, plus de ${within}.`,
    ),
  };
}
