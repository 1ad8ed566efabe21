import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import type { FaultName } from "../../../world/faults.ts";
import type { KeyedCertificate } from "../../kubernetes/access/certificates.ts";
import { serviceContent } from "../inventory/fixed-properties.ts";
import { objectOf } from "../inventory/objects.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import type { Call } from "../methods/call.ts";
import { methodOf } from "../methods/index.ts";
import type { RestApi } from "../rest/rest-api.ts";
import type { Tickets } from "../screens/tickets.ts";
import type { Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { wordsOf } from "../soap/element.ts";
import { envelope, type Request, readRequest, response as respond } from "../soap/request.ts";
import { element, words } from "../soap/values.ts";
import { notAuthenticated, notFound, VimFault } from "../soap/vim-fault.ts";
import { answerEndlessly, answerHalf } from "./misbehaviour.ts";
import { createWebServer } from "./web-server.ts";

const bodyLimit = 4 * 1024 * 1024;
const cookieName = "vmware_soap_session";
const type = "text/xml; charset=utf-8";
const versions =
  '<?xml version="1.0" encoding="UTF-8"?>\n<namespaces version="1.0"><namespace><name>urn:vim25</name><version>8.0.2.0</version><priorVersions><version>8.0.1.0</version><version>8.0.0.1</version><version>7.0.3.0</version><version>7.0.2.0</version><version>7.0.1.0</version><version>7.0.0.0</version><version>6.7</version><version>6.5</version></priorVersions></namespace></namespaces>\n';

export interface SdkServerParts {
  center: VCenter;
  sessions: Sessions;
  rest: RestApi;
  tickets: Tickets;
  certificate: KeyedCertificate;
  onFailure(error: unknown): void;
}

/** A vCenter's web service: SOAP 1.1 over HTTPS at `/sdk`, with the session in a cookie; its REST API beside it. */
export class SdkServer {
  private readonly parts: SdkServerParts;
  private readonly server: Server;

  constructor(parts: SdkServerParts) {
    this.parts = parts;
    this.server = createWebServer(createServer, parts.certificate);
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!response.destroyed && !request.destroyed) parts.onFailure(error);
        response.destroy();
      });
    });
  }

  connect(stream: Duplex): void {
    this.server.emit("connection", stream);
  }

  close(): void {
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").replace(/\?.*$/, "");
    if (/^\/(api|rest)\//.test(path)) await this.parts.rest.serve(request, response);
    else if (request.method === "GET" && path === "/sdk/vimServiceVersions.xml") {
      send(response, 200, versions);
    } else if (path !== "/sdk" && path !== "/sdk/") {
      response.writeHead(404, { "content-length": 0 });
      response.end();
    } else if (request.method !== "POST") {
      response.writeHead(405, { allow: "POST", "content-length": 0 });
      response.end();
    } else await this.answer(request, response);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = readRequest(await readBody(request));
      const content = await this.call(call, request, response);
      const body = respond(call.method, content);
      if (this.fault("vcenter-truncated")) answerHalf(response, body);
      else if (this.fault("vcenter-huge")) answerEndlessly(response, body.slice(0, body.length / 2));
      else send(response, 200, body);
    } catch (error) {
      if (!(error instanceof VimFault)) throw error;
      send(response, 500, envelope(error.toEnvelope()));
    }
  }

  private async call(request: Request, from: IncomingMessage, response: ServerResponse): Promise<string> {
    const { center, sessions, tickets } = this.parts;
    const { method, on } = request;
    if (method === "RetrieveServiceContent") return element("returnval", serviceContent(center));
    if (method === "Login") return this.logIn(request, response);
    const session = sessions.find(cookieOf(from) ?? "");
    if (!session) throw notAuthenticated(on);
    const found = methodOf(on.type, method);
    if (!found) {
      throw new VimFault("MethodNotFound", `The method is not found: ${method}`, { method: words(method) });
    }
    if (!objectOf(center, on, session)) throw notFound(on);
    const gone = new AbortController();
    response.once("close", () => gone.abort(new Error("the client is gone")));
    const call: Call = {
      center,
      sessions,
      session,
      tickets,
      on,
      arguments: request.arguments,
      signal: gone.signal,
      check: () => {
        if (sessions.find(session.key) === null) throw notAuthenticated(on);
      },
    };
    return await whileActive(session, () => found(call));
  }

  private logIn(request: Request, response: ServerResponse): string {
    const { sessions } = this.parts;
    const user = wordsOf(request.arguments, "userName") ?? "";
    const session = sessions.logIn(user, wordsOf(request.arguments, "password") ?? "");
    response.setHeader("set-cookie", `${cookieName}="${session.key}"; Path=/; HttpOnly; Secure`);
    return element("returnval", session.toValue());
  }

  private fault(name: FaultName): boolean {
    const { virtual, region } = this.parts.center;
    return virtual.fault(name, region) !== null;
  }
}

/** A session that is asked something is not idle until it was answered. */
async function whileActive(session: Session, work: () => string | Promise<string>): Promise<string> {
  session.pending += 1;
  try {
    return await work();
  } finally {
    session.pending -= 1;
    session.lastActive = performance.now();
  }
}

function cookieOf(request: IncomingMessage): string | null {
  const pattern = new RegExp(`(?:^|;\\s*)${cookieName}="?([\\w-]+)"?`);
  return pattern.exec(request.headers.cookie ?? "")?.[1] ?? null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bodyLimit) throw new VimFault("InvalidRequest", "The request is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
