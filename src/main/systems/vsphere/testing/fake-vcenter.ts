import { createHash, X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";

/** What serves everything but `/sdk`. */
interface FakeRest {
  serve(request: IncomingMessage, body: string, response: ServerResponse): void;
}

/** One object and its properties, each as the XML inside `val`. */
export interface FakeObject {
  type: string;
  properties: Record<string, string>;
  /** Properties that may not be read, and the fault that each is missing by. */
  missing?: Record<string, string>;
}

type Update = {
  kind: "enter" | "modify" | "leave";
  id: string;
  type: string;
  properties: Record<string, string | null>;
  missing?: Record<string, string>;
};

const certificate = makeSelfSigned("vcenter.example");

/** A small vCenter in memory that speaks as much of vim25 as the tests need; `intercept` may answer in its place. */
export class FakeVcenter {
  readonly objects = new Map<string, FakeObject>();
  /** The methods that were called, in their order. */
  readonly calls: string[] = [];
  readonly bodies: string[] = [];
  readonly pin = createHash("sha256").update(new X509Certificate(certificate.cert).raw).digest("hex");
  intercept: ((method: string, response: ServerResponse) => boolean) | null = null;
  /** Objects of one answer to the first question. */
  page = 1000;
  /** How a task stands: the XML of its properties; null when it is not known. */
  task: Record<string, string> | null = { "info.state": "success" };
  /** The tasks and events that its history collectors hold, each as the XML inside its element. */
  readonly history: Record<"TaskInfo" | "Event", string[]> = { TaskInfo: [], Event: [] };
  /** Its own clock, epoch milliseconds; null: it does not tell. */
  clock: number | null = null;
  /** What it says of itself besides, as XML. */
  about = "<apiType>VirtualCenter</apiType>";
  /** Its REST API, where it has one. */
  rest: FakeRest | null = null;
  onCall: (method: string) => void = () => undefined;
  #server: Server | null = null;
  #session = 0;
  #version = 0;
  #collector = 0;
  #pending: Update[] = [];
  #waiting: ServerResponse | null = null;
  #cursors = new Map<string, number>();

  async start(): Promise<void> {
    this.#server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        if (request.url === "/sdk") this.#serve(body, request.headers.cookie, response);
        else if (this.rest) this.rest.serve(request, body, response);
        else response.writeHead(404).end();
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** A VM that is on, with changes. */
  vm(id: string, more: Record<string, string> = {}): void {
    const properties = {
      name: id,
      "runtime.powerState": "poweredOn",
      "runtime.connectionState": "connected",
      "guest.toolsRunningStatus": "guestToolsRunning",
      "summary.config": "<template>false</template><numCpu>2</numCpu><memorySizeMB>64</memorySizeMB>",
      ...more,
    };
    this.objects.set(id, { type: "VirtualMachine", properties });
  }

  /** Changes properties of an object (null: takes away) and tells whoever waits. */
  change(id: string, properties: Record<string, string | null>, type = "VirtualMachine"): void {
    const object = this.objects.get(id);
    for (const [name, value] of Object.entries(properties)) {
      if (object && value !== null) object.properties[name] = value;
      if (object && value === null) delete object.properties[name];
    }
    this.#pending.push({ kind: "modify", id, type, properties });
    this.#flush();
  }

  remove(id: string): void {
    this.objects.delete(id);
    this.#pending.push({ kind: "leave", id, type: "VirtualMachine", properties: {} });
    this.#flush();
  }

  /** Ends the session; what waits is told so. */
  expire(): void {
    this.#session += 1;
    this.#cursors.clear();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) fault(waiting, "NotAuthenticated");
  }

  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  #serve(body: string, cookie: string | undefined, response: ServerResponse) {
    const method = /<e:Body><(\w+)/.exec(body)?.[1] ?? "";
    this.calls.push(method);
    this.bodies.push(body);
    this.onCall(method);
    if (this.intercept?.(method, response)) return;
    if (method === "RetrieveServiceContent")
      return answer(response, method, `<returnval>${contentWith(this.about)}</returnval>`);
    if (method === "Login") {
      if (!body.includes("<password>pass</password>")) return fault(response, "InvalidLogin");
      response.setHeader("set-cookie", `vmware_soap_session="s-${this.#session}"; Path=/; HttpOnly; Secure`);
      return answer(
        response,
        method,
        "<returnval><key>k</key><userName>VSPHERE.EXAMPLE\\console</userName></returnval>",
      );
    }
    if (cookie !== `vmware_soap_session="s-${this.#session}"`) return fault(response, "NotAuthenticated");
    this.#serveKnown(method, body, response);
  }

  #serveKnown(method: string, body: string, response: ServerResponse) {
    const made: Record<string, string> = {
      CreateContainerView: "ContainerView",
      CreatePropertyCollector: "PropertyCollector",
      CreateFilter: "PropertyFilter",
    };
    const type = made[method];
    if (type) {
      if (type === "PropertyCollector") this.#collector += 1;
      const id =
        type === "PropertyCollector" ? `pc-${this.#session}-${this.#collector}` : `${type}-${this.#session}`;
      if (type === "PropertyFilter") this.#pending = [];
      return answer(response, method, `<returnval type="${type}">${id}</returnval>`);
    }
    if (method.startsWith("CreateCollectorFor")) {
      const collector =
        method === "CreateCollectorForTasks" ? "TaskHistoryCollector" : "EventHistoryCollector";
      const id = `${collector}-${this.#session}-${this.#cursors.size}`;
      this.#cursors.set(id, 0);
      return answer(response, method, `<returnval type="${collector}">${id}</returnval>`);
    }
    if (method === "QueryEvents") return answer(response, method, returned(this.history.Event));
    if (method === "CurrentTime" && this.clock !== null) {
      return answer(response, method, `<returnval>${new Date(this.clock).toISOString()}</returnval>`);
    }
    if (method === "ReadNextEvents") return this.#next(body, response);
    if (method === "WaitForUpdatesEx") return this.#wait(body, response);
    if (method === "RetrievePropertiesEx") return this.#retrieve(body, response);
    if (method.endsWith("_Task"))
      return answer(response, method, '<returnval type="Task">task-1</returnval>');
    answer(response, method, "");
  }

  #wait(body: string, response: ServerResponse) {
    if (!body.includes(`>pc-${this.#session}-`)) return fault(response, "ManagedObjectNotFound");
    const version = /<version>([^<]*)</.exec(body)?.[1] ?? "";
    if (version === "" || version.startsWith("page-")) {
      const from = version === "" ? 0 : Number(version.slice(5));
      const all = [...this.objects].map(([id, object]): Update => ({ kind: "enter", id, ...object }));
      const isTruncated = from + this.page < all.length;
      const next = isTruncated ? `page-${from + this.page}` : `v-${this.#version}`;
      return updates(response, next, all.slice(from, from + this.page), isTruncated);
    }
    if (body.includes("<maxWaitSeconds>0<") && this.#pending.length === 0) {
      return answer(response, "WaitForUpdatesEx", "");
    }
    this.#waiting = response;
    response.once("close", () => {
      if (this.#waiting === response) this.#waiting = null;
    });
    this.#flush();
  }

  #flush(): void {
    const waiting = this.#waiting;
    if (!waiting || this.#pending.length === 0) return;
    this.#waiting = null;
    this.#version += 1;
    updates(waiting, `v-${this.#version}`, this.#pending.splice(0), false);
  }

  #next(body: string, response: ServerResponse) {
    const id = />(EventHistoryCollector-[^<]*)</.exec(body)?.[1] ?? "";
    const from = this.#cursors.get(id);
    if (from === undefined) return fault(response, "ManagedObjectNotFound");
    const most = Number(/<maxCount>(\d+)</.exec(body)?.[1]);
    const events = this.history.Event.slice(from, from + most);
    this.#cursors.set(id, from + events.length);
    answer(response, "ReadNextEvents", returned(events));
  }

  #latestPage(type: string, id: string): Record<string, string> | undefined {
    if (!this.#cursors.has(id)) return undefined;
    const held = this.history[type === "TaskHistoryCollector" ? "TaskInfo" : "Event"];
    return { latestPage: held.slice(-100).join("") };
  }

  #retrieve(body: string, response: ServerResponse) {
    const found = [...body.matchAll(/<obj type="(\w+)">([^<]*)</g)].flatMap(([, type = "", id = ""]) => {
      const properties =
        this.objects.get(id)?.properties ??
        (type === "Task" ? this.task : type.endsWith("HistoryCollector") ? this.#latestPage(type, id) : null);
      if (!properties) return [];
      const sets = Object.entries(properties).map(
        ([name, value]) => `<propSet><name>${name}</name>${valueXml(value)}</propSet>`,
      );
      const missing = missingXml(this.objects.get(id)?.missing);
      return [`<objects><obj type="${type}">${id}</obj>${sets.join("")}${missing}</objects>`];
    });
    if (found.length === 0) return fault(response, "ManagedObjectNotFound");
    answer(response, "RetrievePropertiesEx", `<returnval>${found.join("")}</returnval>`);
  }
}

const contentWith = (about: string) =>
  `<rootFolder type="Folder">group-d1</rootFolder><propertyCollector type="PropertyCollector">pc</propertyCollector><viewManager type="ViewManager">vm</viewManager><about><fullName>VMware vCenter Server 8.0.3</fullName><version>8.0.3</version>${about}</about><sessionManager type="SessionManager">sm</sessionManager><taskManager type="TaskManager">tm</taskManager><eventManager type="EventManager">em</eventManager><alarmManager type="AlarmManager">am</alarmManager>`;

/** An item of a page is an element of another name than an item that is returned. */
function returned(events: readonly string[]): string {
  const rename = (tag: string) => tag.replace("Event", "returnval");
  return events.map((event) => event.replace(/^<Event|Event>$/g, rename)).join("");
}

function updates(response: ServerResponse, version: string, told: Update[], truncated: boolean): void {
  const sets = told.map(({ kind, id, type, properties, missing }) => {
    const changes = Object.entries(properties).map(([name, value]) =>
      value === null
        ? `<changeSet><name>${name}</name><op>indirectRemove</op></changeSet>`
        : `<changeSet><name>${name}</name><op>assign</op>${valueXml(value)}</changeSet>`,
    );
    return `<objectSet><kind>${kind}</kind><obj type="${type}">${id}</obj>${changes.join("")}${missingXml(missing)}</objectSet>`;
  });
  const flag = truncated ? "<truncated>true</truncated>" : "";
  answer(
    response,
    "WaitForUpdatesEx",
    `<returnval><version>${version}</version><filterSet><filter type="PropertyFilter">f</filter>${sets.join("")}</filterSet>${flag}</returnval>`,
  );
}

function missingXml(missing: Record<string, string> = {}): string {
  const sets = Object.entries(missing).map(
    ([path, type]) =>
      `<missingSet><path>${path}</path><fault><fault xsi:type="${type}"/><localizedMessage>secret words</localizedMessage></fault></missingSet>`,
  );
  return sets.join("");
}

/** A value; `@Type id` is a reference to a managed object. */
function valueXml(value: string): string {
  const [, type, id] = /^@(\w+) (.*)$/.exec(value) ?? [];
  return type === undefined ? `<val>${value}</val>` : `<val type="${type}">${id}</val>`;
}

/** Answers a method with what is inside its response. */
export function answer(response: ServerResponse, method: string, inner: string): void {
  response.setHeader("content-type", "text/xml; charset=utf-8");
  response.end(envelope(`<${method}Response xmlns="urn:vim25">${inner}</${method}Response>`));
}

/** Answers with a SOAP fault of that type. */
export function fault(response: ServerResponse, type: string): void {
  response.writeHead(500, { "content-type": "text/xml; charset=utf-8" });
  response.end(
    envelope(
      `<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>secret words</faultstring><detail><${type}Fault xmlns="urn:vim25" xsi:type="${type}"/></detail></soapenv:Fault>`,
    ),
  );
}

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
}
