import { z } from "zod";
import type { SecretReference } from "../../../shared/estate-access.ts";
import type { RecordType } from "../../../shared/systems/dns-records.ts";
import type { OvhClient } from "./client.ts";
import { service, tooManyRecords } from "./faults.ts";

/** Records of one name and type that are read; more is no single record any more. */
const mostRecords = 50;

const idsSchema = z.array(z.int().positive());
const recordSchema = z.object({
  id: z.int().positive(),
  fieldType: z.string(),
  subDomain: z
    .string()
    .nullish()
    .transform((name) => name ?? ""),
  target: z.string().max(10_000),
  /** Seconds; 0 stands for the zone's own. */
  ttl: z.int().min(0).nullish(),
});
/** One record as the API holds it. */
export type OvhRecord = z.infer<typeof recordSchema>;

const credentialSchema = z.object({
  status: z.string().max(100),
  expiration: z
    .string()
    .nullish()
    .transform((words) => {
      const at = words ? Date.parse(words) : Number.NaN;
      return Number.isFinite(at) ? at : null;
    }),
  /** What it was granted; a path may have stars. */
  rules: z.array(z.object({ method: z.string().max(20), path: z.string().max(1000) })).nullish(),
});
/** The consumer key as the API knows it; `expiration` in epoch milliseconds, null when it does not expire. */
export type OvhCredential = z.infer<typeof credentialSchema>;

/** What a record is to be: `target` as a zone file has it, `ttl` 0 for the zone's own. */
export interface WantedRecord {
  target: string;
  ttl: number;
}

/** Sending what changes something. */
interface Sending {
  signal: AbortSignal;
  onSent(): void;
}

/** The calls of OVHcloud's API below `/domain/zone` and `/auth`, as plain data. Throws what the client throws. */
export class OvhApi {
  readonly #client: OvhClient;

  constructor(client: OvhClient) {
    this.#client = client;
  }

  get name(): string {
    return this.#client.name;
  }

  async credential(
    signal: AbortSignal,
    trial: { reference: SecretReference; value: string } | null = null,
  ): Promise<OvhCredential> {
    return this.#read(
      credentialSchema,
      await this.#client.ask({ path: "/auth/currentCredential", signal, trial }),
    );
  }

  /** The records of a name below the zone (empty: the zone itself) and a type. Throws `ovh.too-many-records`. */
  async records(
    zone: string,
    subDomain: string,
    fieldType: RecordType,
    signal: AbortSignal,
  ): Promise<OvhRecord[]> {
    const query = { fieldType, subDomain };
    const ids = this.#read(idsSchema, await this.#client.ask({ path: pathOf(zone), query, signal }));
    if (ids.length > mostRecords) throw tooManyRecords(this.name, `${subDomain || "@"} ${fieldType}`);
    const records: OvhRecord[] = [];
    for (const id of ids) {
      records.push(
        this.#read(recordSchema, await this.#client.ask({ path: `${pathOf(zone)}/${id}`, signal })),
      );
    }
    return records.filter(
      (each) => each.fieldType === fieldType && each.subDomain.toLowerCase() === subDomain,
    );
  }

  async create(
    zone: string,
    subDomain: string,
    fieldType: RecordType,
    wanted: WantedRecord,
    sending: Sending,
  ): Promise<void> {
    const body = { fieldType, subDomain, ...wanted };
    await this.#client.ask({ method: "POST", path: pathOf(zone), body, ...sending });
  }

  async change(
    zone: string,
    { id, subDomain }: OvhRecord,
    wanted: WantedRecord,
    sending: Sending,
  ): Promise<void> {
    const body = { subDomain, ...wanted };
    await this.#client.ask({ method: "PUT", path: `${pathOf(zone)}/${id}`, body, ...sending });
  }

  async remove(zone: string, { id }: OvhRecord, sending: Sending): Promise<void> {
    await this.#client.ask({ method: "DELETE", path: `${pathOf(zone)}/${id}`, ...sending });
  }

  /** Hands the zone as it is held to the name servers; nothing shows before. */
  async refresh(zone: string, sending: Sending): Promise<void> {
    const path = `/domain/zone/${encodeURIComponent(zone)}/refresh`;
    await this.#client.ask({ method: "POST", path, ...sending });
  }

  close(): void {
    this.#client.close();
  }

  #read<Value>(schema: z.ZodType<Value>, answer: unknown): Value {
    const { success, data } = schema.safeParse(answer);
    if (!success) throw service.http(this.name).garbage();
    return data;
  }
}

function pathOf(zone: string): string {
  return `/domain/zone/${encodeURIComponent(zone)}/record`;
}
