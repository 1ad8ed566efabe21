import type { Server } from "node:http";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ProviderApi } from "../../../../../lab/servers/provider/api.ts";
import { ProviderService } from "../../../../../lab/servers/provider/service.ts";
import type { TaskFault } from "../../../../../lab/servers/provider/tasks.ts";
import { ManualClock } from "../../../../../lab/world/clock.ts";
import type { Declaration, Observation } from "../../../../../shared/resource.ts";
import { ovhSystemSchema } from "../../../../../shared/systems/ovh.ts";
import type { Action } from "../../../../actions/action.ts";
import { dialLoopback } from "../../../../dns/testing/fake-name-server.ts";
import type { Vantage } from "../../../../reach/vantage.ts";
import { contextOf, resource } from "../../../alertmanager/testing/fake-alertmanager.ts";
import type { OvhCredential } from "../../api.ts";
import { OvhClient } from "../../client.ts";
import { type Allowlists, openAllowlists } from "../index.ts";

const keys = { application: "application01", secret: "application-secret", consumer: "consumer" };
export const noon = Date.UTC(2026, 10, 22, 12);
export const listId = "provider/allowlists/east";

/** The lab's provider on loopback, its clock in the test's hands, and the allowlists of a console over it. */
export class OpenedList {
  readonly clock = new ManualClock(noon);
  readonly service: ProviderService;
  readonly api: ProviderApi;
  readonly faults = { task: null as TaskFault | null, doubles: false, refuses: false, skew: 0 };
  readonly vantage: { points: Vantage["points"]; ranges: Record<string, string[]> } = {
    points: [{ kind: "workstation", name: "bounce", address: "203.0.113.7" }],
    ranges: { office: ["203.0.113.0/28"] },
  };
  /** The observations of each resource, newest, and what is declared. */
  readonly seen = new Map<string, Observation>();
  readonly declared = new Map<string, Declaration>();
  /** May take a request in place of the provider. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  /** What the consumer key says that it was granted. */
  granted: OvhCredential["rules"] = null;
  /** What the workstation's own clock is ahead of the provider's, in milliseconds. */
  ahead = 0;
  readonly #server: Server;
  #client: OvhClient | null = null;
  #lists: Allowlists | null = null;

  constructor(entries: readonly (readonly [string, string | null])[]) {
    const { clock, faults } = this;
    this.service = new ProviderService({
      name: "pcc-east",
      clock,
      entries,
      taskFault: () => faults.task,
      isDoubling: () => faults.doubles,
    });
    this.api = new ProviderApi({
      now: () => clock.now() + faults.skew,
      keys,
      scheme: "http",
      services: [this.service],
      isRefusing: () => faults.refuses,
    });
    this.#server = createServer((request, response) => {
      if (this.intercept?.(request, response)) return;
      // The provider goes on with its tasks while it is asked about them.
      if (request.url?.includes("/task/")) clock.advance(2000);
      void this.api.serve(request, response);
    });
  }

  async start(declared: string | null = "office"): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const config = ovhSystemSchema.parse({
      type: "ovh",
      url: `http://127.0.0.1:${port}/1.0`,
      applicationKey: keys.application,
      applicationSecret: "keychain:secret",
      consumerKey: "keychain:consumer",
      allowlists: {
        east: { service: "pcc-east", name: "East", ...(declared !== null && { declared }) },
      },
    });
    const secrets: Record<string, string> = {
      "keychain:secret": keys.secret,
      "keychain:consumer": keys.consumer,
    };
    const now = () => this.clock.now() + this.ahead;
    this.#client = new OvhClient({
      name: "Provider",
      subject: "provider/service",
      config,
      dial: dialLoopback,
      secrets: { resolve: async (reference) => ({ reveal: () => secrets[reference] ?? "" }) },
      folder: () => process.cwd(),
      now,
    });
    this.#lists = openAllowlists({
      config,
      context: { id: "provider", now, vantage: () => this.vantage },
      client: this.#client,
      credential: () => ({ status: "validated", expiration: null, rules: this.granted }),
      patience: { every: 1, most: 5 },
    });
    for (const declaration of this.lists.declarations()) this.declared.set(declaration.id, declaration);
    return this;
  }

  get lists(): Allowlists {
    if (!this.#lists) throw new Error("not started");
    return this.#lists;
  }

  async observe(resources?: string[]): Promise<void> {
    await this.lists.observe(
      {
        declare: () => {},
        redeclare: (_system, { added, removed }) => {
          for (const id of removed) this.declared.delete(id);
          for (const each of added) this.declared.set(each.id, each);
        },
        observe: (all) => {
          for (const each of all) this.seen.set(each.resource, each);
        },
      },
      new AbortController().signal,
      resources,
    );
  }

  /** An action in a context of its own, on the list or on the entry of a network. */
  act(id: string, network: string | null, input: object) {
    const action = this.lists.actions.find((each) => each.id === id) as Action;
    const entry = this.service.entries.find((each) => each.network === network);
    const of = network === null ? listId : `${listId}/${entry?.networkAccessId ?? 999}`;
    const context = { ...contextOf(resource(of, "service")), actor: "Ada" };
    const sent = { count: 0 };
    context.committed = () => {
      sent.count += 1;
    };
    const wanted = action.input.parse(input);
    return { action, context, wanted, sent, probe: () => action.probe(context, wanted) };
  }

  /** From the probe to the proof. */
  async carry(id: string, network: string | null, input: object) {
    const begun = this.act(id, network, input);
    const { action, context, wanted } = begun;
    const probe = await begun.probe();
    const applied = await action.apply(context, wanted, probe);
    const proof = await action.verify(context, wanted, probe, applied);
    return { ...begun, probe, proof };
  }

  get networks(): string[] {
    return this.service.entries.map(({ network, description }) => `${network} ${description ?? ""}`.trim());
  }

  get changes(): string[] {
    return this.api.requests.filter((each) => !each.startsWith("GET"));
  }

  async close(): Promise<void> {
    this.#client?.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
