import type { IncomingMessage, ServerResponse } from "node:http";

/** One request, as it came. */
export interface RestAsked {
  method: string;
  url: string;
  body: string;
  headers: IncomingMessage["headers"];
}

/**
 * As much of vCenter's REST API as is asked for: `/api` as from 7.0 U2 on, or only `/rest` as before. `intercept` may
 * answer in its place.
 */
export class FakeRest {
  readonly asked: RestAsked[] = [];
  /** The tags by identifier, each with what it is on. */
  readonly tags = new Map<string, { category: string; name: string; on: [type: string, id: string][] }>();
  /** `bare`: there is `/api`, but without tags. */
  newer: "whole" | "bare" | "none" = "whole";
  older = true;
  intercept: ((asked: RestAsked, response: ServerResponse) => boolean) | null = null;
  /** The sessions that are open, as they were given out. */
  readonly sessions = new Set<string>();
  #issued = 0;

  /** Puts a tag on objects, each as `HostSystem host-1`. */
  tag(id: string, category: string, name: string, ...on: string[]): void {
    const split = on.map((each): [string, string] => {
      const [type = "", object = ""] = each.split(" ");
      return [type, object];
    });
    this.tags.set(id, { category, name, on: split });
  }

  /** How often something was asked for, of which the method and URL begin so. */
  count(start: string): number {
    return this.asked.filter(({ method, url }) => `${method} ${url}`.startsWith(start)).length;
  }

  serve(request: IncomingMessage, body: string, response: ServerResponse): void {
    const asked = { method: request.method ?? "", url: request.url ?? "", body, headers: request.headers };
    this.asked.push(asked);
    if (this.intercept?.(asked, response)) return;
    const isNewer = asked.url.startsWith("/api/");
    const path = asked.url.replace(/^\/(api|rest\/com\/vmware)\//, "");
    if (isNewer ? this.newer === "none" : !this.older) status(response, 404);
    else if (path === (isNewer ? "session" : "cis/session")) this.#session(asked, isNewer, response);
    else if (!this.sessions.has(String(asked.headers["vmware-api-session-id"]))) status(response, 401);
    else {
      const value = isNewer && this.newer === "bare" ? undefined : this.#valueOf(path, body);
      if (value === undefined) status(response, 404);
      else json(response, 200, isNewer ? value : { value });
    }
  }

  #session({ method, headers }: RestAsked, isNewer: boolean, response: ServerResponse): void {
    const wanted = `Basic ${Buffer.from("admin:pass").toString("base64")}`;
    if (method === "DELETE") {
      this.sessions.delete(String(headers["vmware-api-session-id"]));
      response.writeHead(204).end();
    } else if (headers.authorization !== wanted) status(response, 401);
    else {
      this.#issued += 1;
      const token = `token-${this.#issued}`;
      this.sessions.add(token);
      json(response, isNewer ? 201 : 200, isNewer ? token : { value: token });
    }
  }

  #valueOf(path: string, body: string): unknown {
    const [, kind, id] = /^cis\/tagging\/(tag|category)(?:\/(?:id:)?([^?]*))?$/.exec(path) ?? [];
    if (kind === "tag" && id === undefined) return [...this.tags.keys()];
    if (kind === "tag") {
      const tag = this.tags.get(decodeURIComponent(id ?? ""));
      return tag && { name: tag.name, category_id: `urn:category:${tag.category}` };
    }
    if (kind === "category") return { name: decodeURIComponent(id ?? "").replace("urn:category:", "") };
    if (!/^cis\/tagging\/tag-association\?~?action=list-attached-objects-on-tags$/.test(path))
      return undefined;
    const { tag_ids }: { tag_ids: string[] } = JSON.parse(body);
    return tag_ids.map((tag_id) => ({
      tag_id,
      object_ids: this.tags.get(tag_id)?.on.map(([type, object]) => ({ type, id: object })) ?? null,
    }));
  }
}

/** Ends an answer with a status and a body that is nobody's business. */
export function status(response: ServerResponse, code: number): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end('{"error_type":"X","messages":[{"default_message":"secret words"}]}');
}

export function json(response: ServerResponse, code: number, value: unknown): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}
