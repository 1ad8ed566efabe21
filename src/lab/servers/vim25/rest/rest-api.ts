import type { IncomingMessage, ServerResponse } from "node:http";
import type { FaultName } from "../../../world/faults.ts";
import type { Reference } from "../soap/values.ts";
import { answerHalf } from "../web/misbehaviour.ts";
import type { RestSessions } from "./sessions.ts";
import type { Tags } from "./tags.ts";

const bodyLimit = 4 * 1024 * 1024;

/** An error as the API names it. */
class Refusal extends Error {
  readonly status: number;
  readonly kind: string;

  constructor(status: number, kind: string) {
    super(kind);
    this.status = status;
    this.kind = kind;
  }
}

const notFound = () => new Refusal(404, "NOT_FOUND");
const invalid = () => new Refusal(400, "INVALID_ARGUMENT");

interface RestCall {
  method: string;
  /** Below `cis/tagging/`, decoded. */
  path: readonly string[];
  action: string | null;
  body: unknown;
}

export interface RestApiParts {
  sessions: RestSessions;
  tags: Tags;
  fault(name: FaultName): boolean;
}

/**
 * As much of the vSphere Automation API as there is to say of a vCenter of the lab: log-in, and tags with their categories,
 * by `/api` (vSphere 7.0 U2 and later) and by `/rest` (before).
 */
export class RestApi {
  private readonly parts: RestApiParts;

  constructor(parts: RestApiParts) {
    this.parts = parts;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "https://vcenter.example");
    const isOld = url.pathname.startsWith("/rest/");
    try {
      const value = await this.valueOf(request, url, isOld);
      if (value === undefined) {
        response.writeHead(isOld ? 200 : 204).end();
        return;
      }
      const words = JSON.stringify(isOld ? { value } : value);
      if (this.parts.fault("vcenter-truncated")) answerHalf(response, words);
      else send(response, isLogIn(request, url) && !isOld ? 201 : 200, words);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, kind } = error;
      const said = isOld
        ? { type: `com.vmware.vapi.std.errors.${kind.toLowerCase()}`, value: { messages: [] } }
        : { error_type: kind, messages: [] };
      send(response, status, JSON.stringify(said));
    }
  }

  private async valueOf(request: IncomingMessage, url: URL, isOld: boolean): Promise<unknown> {
    const { sessions } = this.parts;
    const token = String(request.headers["vmware-api-session-id"] ?? "");
    const method = request.method ?? "";
    if (isLogIn(request, url)) {
      const made = sessions.logIn(request.headers.authorization ?? "");
      if (made === null) throw new Refusal(401, "UNAUTHENTICATED");
      return made;
    }
    if (!sessions.has(token)) throw new Refusal(401, "UNAUTHENTICATED");
    const rest = url.pathname.replace(/^\/(api|rest\/com\/vmware)\//, "");
    if (rest === "session" || rest === "cis/session") {
      if (method === "GET") return { user: "", created_time: "", last_accessed_time: "" };
      if (method !== "DELETE") throw notFound();
      sessions.end(token);
      return undefined;
    }
    if (!rest.startsWith("cis/tagging/")) throw notFound();
    const path = rest
      .slice("cis/tagging/".length)
      .split("/")
      .map((part) => decoded(part).replace(/^id:/, ""));
    const action = url.searchParams.get(isOld ? "~action" : "action");
    const body = method === "POST" ? await readJson(request) : null;
    return this.answer({ method, path, action, body });
  }

  private answer({ method, path, action, body }: RestCall): unknown {
    const { tags } = this.parts;
    const [what, id] = path;
    if (what === "tag-association" && method === "POST") return this.association(id ?? null, action, body);
    if (what !== "tag" && what !== "category") throw notFound();
    const known: ReadonlyMap<string, object> = what === "tag" ? tags.tags : tags.categories;
    if (what === "tag" && method === "POST" && action === "list-tags-for-category") {
      return [...tags.tags.values()].filter((tag) => tag.category_id === id).map((tag) => tag.id);
    }
    if (method !== "GET") throw notFound();
    if (id === undefined) return [...known.keys()];
    const found = known.get(id);
    if (!found) throw notFound();
    return found;
  }

  private association(id: string | null, action: string | null, body: unknown): unknown {
    const { tags } = this.parts;
    if (action === "list-attached-objects-on-tags") {
      return idsIn(body, "tag_ids").map((tag) => ({
        tag_id: tag,
        object_ids: tags.objectsOf(this.tag(tag)),
      }));
    }
    if (action === "list-attached-tags-on-objects") {
      const objects = fieldOf(body, "object_ids");
      if (!Array.isArray(objects)) throw invalid();
      return objects.map(referenceIn).map((object) => ({ object_id: object, tag_ids: tags.tagsOf(object) }));
    }
    if (action === "list-attached-tags") return tags.tagsOf(referenceIn(fieldOf(body, "object_id")));
    if (id === null) throw notFound();
    const tag = this.tag(id);
    if (action === "list-attached-objects") return tags.objectsOf(tag);
    if (action !== "attach" && action !== "detach") throw notFound();
    const object = referenceIn(fieldOf(body, "object_id"));
    if (!tags.exists(object)) throw notFound();
    tags.change(tag, object, action === "attach");
    return undefined;
  }

  /** Throws `NOT_FOUND` for what is no tag. */
  private tag(id: string): string {
    if (!this.parts.tags.tags.has(id)) throw notFound();
    return id;
  }
}

function isLogIn({ method }: IncomingMessage, { pathname }: URL): boolean {
  return method === "POST" && (pathname === "/api/session" || pathname === "/rest/com/vmware/cis/session");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid();
  }
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : null;
}

function idsIn(body: unknown, name: string): string[] {
  const ids = fieldOf(body, name);
  if (!Array.isArray(ids)) throw invalid();
  return ids.map(String);
}

function referenceIn(value: unknown): Reference {
  const [type, id] = [fieldOf(value, "type"), fieldOf(value, "id")];
  if (typeof type !== "string" || typeof id !== "string") throw invalid();
  return { type, id };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bodyLimit) throw invalid();
    chunks.push(chunk);
  }
  if (length === 0) return null;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw invalid();
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
