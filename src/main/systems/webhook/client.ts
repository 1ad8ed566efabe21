import type { z } from "zod";
import { textMark, type WebhookChannel } from "../../../shared/systems/webhook.ts";
import { text } from "../../../shared/text.ts";
import { Deadline } from "../../reach/abort.ts";
import type { Reach } from "../../reach/reach.ts";
import { WebService } from "../../reach/web-service.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import { badUrl, service } from "./faults.ts";

type Json = z.core.util.JSONType;

const mostBytes = 64 * 1024;
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
const usualPorts: Record<string, number> = { "https:": 443, "http:": 80 };
const reachDeadline = 15_000;

export interface ChannelParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secret is used for. */
  subject: string;
  config: WebhookChannel;
  via: string | null;
  allowlist: string | null;
  dial: Reach["dial"];
  secrets: SecretResolver;
  folder(): string;
  deadline?: number;
}

/** How a hook answered: its status, and the first words of what it said. */
export interface Posted {
  status: number;
  words: string;
}

/** One place that announcements are posted to. The URL is resolved each time, and never told. */
export class Channel {
  readonly #parts: ChannelParts;
  readonly #closing = new AbortController();

  constructor(parts: ChannelParts) {
    this.#parts = parts;
  }

  /**
   * Posts once; `onSent` is called right before the request leaves. Redirections are not followed. Throws `webhook.…`,
   * `reach.…`, `secrets.…`.
   */
  async post(words: string, signal: AbortSignal, onSent: () => void): Promise<Posted> {
    const { config, deadline } = this.#parts;
    const url = await this.#url(null);
    const { name, via, allowlist, dial, folder } = this.#parts;
    const hook = new WebService({
      name,
      config: {
        url: url.origin,
        pin: config.pin,
        certificateAuthority: config.certificateAuthority,
        ...(via === null ? {} : { via }),
        ...(allowlist === null ? {} : { allowlist }),
      },
      dial,
      folder,
      faults: service,
      mostBytes,
      ...(deadline === undefined ? {} : { deadline }),
    });
    const answer = await hook.ask({
      method: "POST",
      path: `${url.pathname}${url.search}`,
      headers: {},
      body: JSON.stringify(bodyOf(config, words)),
      signal: AbortSignal.any([signal, this.#closing.signal]),
      onSent,
    });
    return { status: answer.status, words: answer.words.slice(0, 200) };
  }

  /** Sees whether a connection comes about, with the given URL in place of the stored one; nothing is sent. */
  async reach(signal: AbortSignal, given: string | null = null): Promise<void> {
    const { dial, via, allowlist, name } = this.#parts;
    const url = await this.#url(given);
    const outer = AbortSignal.any([signal, this.#closing.signal]);
    const deadline = new Deadline(reachDeadline, outer, () => service.timedOut(name, reachDeadline / 1000));
    try {
      const address = url.hostname.replace(/^\[|\]$/g, "");
      const port = url.port === "" ? (usualPorts[url.protocol] ?? 443) : Number(url.port);
      (await dial({ via, allowlist, address, port }, deadline.signal)).destroy();
    } finally {
      deadline.end();
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #url(given: string | null): Promise<URL> {
    const { name, subject, config, secrets } = this.#parts;
    const words = given ?? (await secrets.resolve(config.url, subject)).reveal();
    const url = URL.parse(words.trim());
    const isPlain = url?.protocol === "http:" && loopback.test(url.hostname);
    if (!url || (url.protocol !== "https:" && !isPlain) || url.username !== "") throw badUrl(name);
    return url;
  }
}

/** What is posted: a chat's message (Mattermost's incoming webhooks, which others understand), or the estate's own body. */
export function bodyOf({ body, username, channel }: WebhookChannel, words: string): Json {
  if (body !== undefined) return filled(body, words);
  return { text: words, ...(username && { username }), ...(channel && { channel }) };
}

function filled(value: Json, words: string): Json {
  if (typeof value === "string") return value.replaceAll(textMark, () => words);
  if (Array.isArray(value)) return value.map((each) => filled(each, words));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, words)]));
}

/** Where an announcement goes, in words. */
export function whereTo({ channel }: WebhookChannel, name: string) {
  return channel === undefined
    ? text(name, name)
    : text(`${name}, channel ${channel}`, `${name}, canal ${channel}`);
}
