import { z } from "zod";
import type { OvhClient } from "../client.ts";
import { service as common, tooManyEntries } from "../faults.ts";

/** Entries of one list that are read, and how many at once. */
const mostEntries = 500;
const atOnce = 4;

const identifier = z.int().positive();
const entrySchema = z.object({
  networkAccessId: identifier,
  /** As CIDR; the API takes IPv4 alone. */
  network: z.string().max(100),
  description: z
    .string()
    .max(2000)
    .nullish()
    .transform((words) => words ?? ""),
  /** `allowed`, `toUpdate` or `toDelete`. */
  state: z.string().max(100),
});
/** One network that a list lets in (`dedicatedCloud.AllowedNetwork`). */
export type ListEntry = z.infer<typeof entrySchema>;

const taskSchema = z.object({
  taskId: identifier,
  /** `todo`, `doing`, `done`, `error`, `canceled` and more on the way. */
  state: z.string().max(100),
  progress: z.number().nullish(),
  networkAccessId: z.number().nullish(),
});
/** What the provider does about an order (`dedicatedCloud.Task`). */
export type ProviderTask = z.infer<typeof taskSchema>;

const serviceSchema = z.object({ userAccessPolicy: z.string().max(100).nullish() });

/** Sending what changes something. */
export interface Sending {
  signal: AbortSignal;
  onSent(): void;
}

/** The calls of OVHcloud's API about the allowlist of one service, below `/dedicatedCloud/SERVICE`. Throws what the client throws. */
export class ListApi {
  readonly service: string;
  readonly #client: OvhClient;
  readonly #path: string;

  constructor(client: OvhClient, service: string) {
    this.service = service;
    this.#client = client;
    this.#path = `/dedicatedCloud/${encodeURIComponent(service)}`;
  }

  /** What the API is called in errors. */
  get name(): string {
    return this.#client.name;
  }

  /** Epoch milliseconds by the API's clock. */
  clock(signal: AbortSignal): Promise<number> {
    return this.#client.clock(signal);
  }

  /** `filtered` or `open`; null where it does not say. */
  async policy(signal: AbortSignal): Promise<string | null> {
    const answer = await this.#client.ask({ path: this.#path, signal });
    return this.#read(serviceSchema, answer).userAccessPolicy ?? null;
  }

  /** All entries by their number; one that goes while they are read is left out. Throws `ovh.too-many-entries`. */
  async entries(signal: AbortSignal): Promise<ListEntry[]> {
    const path = `${this.#path}/allowedNetwork`;
    const ids = this.#read(z.array(identifier), await this.#client.ask({ path, signal }));
    if (ids.length > mostEntries) throw tooManyEntries(this.name, this.service, mostEntries);
    const left = [...new Set(ids)].sort((one, other) => one - other);
    const found: ListEntry[] = [];
    const readOn = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        const entry = await this.entry(id, signal);
        if (entry) found.push(entry);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, readOn));
    return found.sort((one, other) => one.networkAccessId - other.networkAccessId);
  }

  /** Null when there is none of that number (any more). */
  async entry(id: number, signal: AbortSignal): Promise<ListEntry | null> {
    const answer = await this.#client.ask({ path: this.#entryPath(id), signal, orNull: true });
    return answer === null ? null : this.#read(entrySchema, answer);
  }

  async add(wanted: { network: string; description: string }, sending: Sending): Promise<ProviderTask> {
    const path = `${this.#path}/allowedNetwork`;
    return this.#read(taskSchema, await this.#client.ask({ method: "POST", path, body: wanted, ...sending }));
  }

  /** Null where the API answers without a task. */
  async describe(
    { networkAccessId }: ListEntry,
    description: string,
    sending: Sending,
  ): Promise<ProviderTask | null> {
    // All else of an entry can only be read.
    const body = { description };
    const path = this.#entryPath(networkAccessId);
    const answer = await this.#client.ask({ method: "PUT", path, body, ...sending });
    return answer === null ? null : this.#read(taskSchema, answer);
  }

  async remove(id: number, sending: Sending): Promise<ProviderTask> {
    const path = this.#entryPath(id);
    return this.#read(taskSchema, await this.#client.ask({ method: "DELETE", path, ...sending }));
  }

  async task(id: number, signal: AbortSignal): Promise<ProviderTask> {
    return this.#read(taskSchema, await this.#client.ask({ path: `${this.#path}/task/${id}`, signal }));
  }

  /** How many tasks of the service have not come to an end. */
  async unfinished(signal: AbortSignal): Promise<number> {
    const path = `${this.#path}/task`;
    let count = 0;
    for (const state of underWay) {
      const ids = await this.#client.ask({ path, query: { state }, signal });
      count += this.#read(z.array(identifier), ids).length;
    }
    return count;
  }

  #entryPath(id: number): string {
    return `${this.#path}/allowedNetwork/${id}`;
  }

  #read<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
    const { success, data } = schema.safeParse(answer);
    if (!success) throw common.http(this.name).garbage();
    return data;
  }
}

const underWay = ["todo", "doing", "waitingTodo", "toCreate", "waitingForChilds", "fixing"];
