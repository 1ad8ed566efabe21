import type { X509Certificate } from "node:crypto";
import { badRequest } from "./failure.ts";
import type { Token } from "./tokens.ts";

export type Method = "GET" | "LIST" | "POST" | "PATCH" | "DELETE";

/** One request as a backend sees it. */
export interface VaultCall {
  method: Method;
  /** Below what it is mounted at. */
  path: string;
  body: Readonly<Record<string, unknown>>;
  query: URLSearchParams;
  /** Who asks; null where no token is needed. */
  token: Token | null;
  /** The namespace it is asked in: "" or a path that ends with a slash. */
  namespace: string;
  /** What the client showed when TLS was set up. */
  clientCertificate: X509Certificate | null;
}

/** What a secret is lent on: seconds, and how it is taken back. */
export interface LeaseWish {
  ttl: number;
  maxTtl: number;
  renewable: boolean;
  onRevoke?(): void;
}

export interface VaultAnswer {
  /** 200 when left out, 204 without any content. */
  status?: number;
  data?: Record<string, unknown> | null;
  /** The token that a log-in or `auth/token/create` gives. */
  auth?: Token;
  lease?: LeaseWish;
  warnings?: string[];
  /** The keys of `data` stand beside it as well, as those of most below `sys/` do. */
  flat?: boolean;
  /** Instead of all that: sent as it stands, JSON for an object. */
  raw?: { type: string; body: string | Buffer } | Record<string, unknown>;
}

/** What is mounted somewhere. */
export interface Backend {
  readonly type: string;
  handle(call: VaultCall): VaultAnswer | Promise<VaultAnswer>;
  /** Whether there is something at a path already: writing it is `update`, and `create` otherwise. */
  exists?(path: string): boolean;
  /** Paths that need no token, such as a log-in. */
  isOpen?(path: string): boolean;
}

/** A text of the request; "" or what is given when left out. Throws VaultFailure for anything else. */
export function textOf(call: Pick<VaultCall, "body">, name: string, usual = ""): string {
  const value = call.body[name];
  if (value === undefined || value === null) return usual;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw badRequest(`error converting input for field "${name}"`);
}

/** The same, demanded. */
export function wordOf(call: Pick<VaultCall, "body">, name: string): string {
  const value = textOf(call, name);
  if (value === "") throw badRequest(`missing ${name}`);
  return value;
}

/** A number of seconds, given as such or as `30m`. */
export function secondsOf(call: Pick<VaultCall, "body">, name: string, usual = 0): number {
  const words = textOf(call, name);
  if (words === "") return usual;
  const found = /^(\d+)(ms|s|m|h|d)?$/.exec(words);
  const factor = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[found?.[2] ?? "s"] ?? 1;
  if (!found) throw badRequest(`error converting input ${words} for field "${name}": invalid duration`);
  return Math.floor(Number(found[1]) * factor);
}

export function numberOf(call: Pick<VaultCall, "body">, name: string, usual: number): number {
  const value = Number(textOf(call, name, String(usual)));
  if (!Number.isInteger(value)) throw badRequest(`error converting input for field "${name}"`);
  return value;
}

export function isTrue(call: Pick<VaultCall, "body">, name: string, usual = false): boolean {
  return textOf(call, name, String(usual)) === "true";
}

/** A list, given as such or with commas. */
export function listOf(call: Pick<VaultCall, "body">, name: string): string[] {
  const value = call.body[name];
  const words = Array.isArray(value) ? value.map(String) : textOf(call, name).split(",");
  return words.map((each) => each.trim()).filter((each) => each !== "");
}

/** Names and texts, such as metadata. */
export function mapOf(call: Pick<VaultCall, "body">, name: string): Record<string, string> {
  const value = call.body[name];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)]));
}

/** RFC 3339 as it is written in answers; `at` in epoch milliseconds. */
export const timeWords = (at: number) => new Date(at).toISOString();
