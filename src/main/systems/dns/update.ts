import type { DnsSystemConfig } from "../../../shared/systems/dns.ts";
import { text } from "../../../shared/text.ts";
import { askRecord, codeName } from "../../dns/answer.ts";
import type { RecordWriter } from "../../dns/change-record.ts";
import type { DnsClient } from "../../dns/client.ts";
import type { Answered, NameServer } from "../../dns/exchange.ts";
import * as faults from "../../dns/faults.ts";
import { classes, emptyMessage, encodeMessage, opcodes } from "../../dns/message.ts";
import { canonicalName } from "../../dns/name.ts";
import { recordTypes } from "../../dns/record-data.ts";
import { checkSignature, signMessage, type TsigKey } from "../../dns/tsig.ts";
import type { Held } from "../../dns/wanted.ts";
import type { WatchedRecord, Zone } from "../../dns/zones.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import { updateMessage } from "./update-message.ts";

/** Codes by which a prerequisite has failed (RFC 2136, 2.2): NXDOMAIN, YXDOMAIN, YXRRSET, NXRRSET. */
const otherThanSeen = new Set([3, 6, 7, 8]);
/** Codes of a server that takes no update at all, or none from here: FORMERR, NOTIMP, REFUSED, NOTAUTH. */
const refusals = new Set([1, 4, 5, 9]);

type Placed = Pick<WatchedRecord, "name" | "zone">;

export interface UpdaterParts {
  client: DnsClient;
  zones: DnsSystemConfig["zones"];
  keys: DnsSystemConfig["keys"];
  servers: ReadonlyMap<string, NameServer>;
  secrets: SecretResolver;
  /** The resource that a zone's key is used for. */
  subject(zone: string): string;
  now(): number;
}

/** Changes records at the primary server of their zone, by signed updates (RFC 2136, RFC 8945). */
export class DnsUpdater implements RecordWriter {
  readonly #parts: UpdaterParts;

  constructor(parts: UpdaterParts) {
    this.#parts = parts;
  }

  where(record: WatchedRecord): string {
    return this.#primaryOf(record)?.name ?? record.name;
  }

  unavailable(record: WatchedRecord) {
    if (!record.zone) return faults.noZone(record.name).text;
    if (this.#parts.zones[record.zone.id]?.key !== undefined) return null;
    return text(
      `The estate file names no key by which the zone ${record.zone.name} may be changed.`,
      `Le fichier de parc n'indique aucune clé permettant de modifier la zone ${record.zone.name}.`,
    );
  }

  async held(record: WatchedRecord, signal: AbortSignal): Promise<Held> {
    const { name, type } = record;
    const primary = this.#primary(record);
    const { values, ttl, alias } = await askRecord(
      this.#parts.client,
      primary,
      { name, type, recursive: false },
      signal,
    );
    return { values, ttl: values.length > 0 ? ttl : null, alias };
  }

  async replace(
    record: WatchedRecord,
    before: Held,
    after: Held,
    { signal, committed }: Parameters<RecordWriter["replace"]>[3],
  ): Promise<void> {
    const { client } = this.#parts;
    const primary = this.#primary(record);
    const key = await this.#key(record.zone?.id ?? "");
    const zone = record.zone?.name ?? "";
    const bytes = updateMessage(client.newId(), zone, record, before, after);
    const code = await this.#signed(primary, key, bytes, (signed) =>
      client.send(primary, signed, signal, committed),
    );
    if (otherThanSeen.has(code)) throw faults.changedMeanwhile(record.name);
    if (code !== 0) throw faults.updateRefused(primary.name, codeName(code));
  }

  /**
   * Asks the zone's primary server a question that is signed with this secret in place of the stored one (null: with that).
   * Throws `dns.key-refused` and what a change would throw.
   */
  async tryKey(zone: Zone, secret: string | null, signal: AbortSignal): Promise<void> {
    const { client } = this.#parts;
    const primary = this.#primary({ name: zone.name, zone });
    const question = { name: zone.name, type: recordTypes.SOA, class: classes.in };
    const bytes = encodeMessage({ ...emptyMessage(client.newId(), opcodes.query), questions: [question] });
    const key = await this.#key(zone.id, secret);
    await this.#signed(primary, key, bytes, (signed) => client.send(primary, signed, signal, () => {}));
  }

  /** Sends signed bytes and gives the code of the answer, which the same key must have signed. */
  async #signed(
    server: NameServer,
    key: TsigKey,
    bytes: Buffer,
    send: (signed: Buffer) => Promise<Answered>,
  ): Promise<number> {
    const { now } = this.#parts;
    const { signed, mac } = signMessage(bytes, key, now());
    const answer = await send(signed);
    const checked = checkSignature(answer.bytes, key, now(), mac);
    const { code } = answer.message;
    switch (checked.refusal) {
      case null:
        return code;
      case "bad-key":
      case "bad-signature":
        throw faults.keyRefused(server.name, key.name);
      case "bad-time": {
        const { serverTime } = checked;
        throw faults.clockApart(server.name, serverTime === null ? null : (serverTime - now()) / 1000);
      }
      case "unsigned":
        if (refusals.has(code)) throw faults.updateRefused(server.name, codeName(code));
        throw faults.unsignedAnswer(server.name);
    }
  }

  #primaryOf({ zone }: Placed): NameServer | undefined {
    const config = zone ? this.#parts.zones[zone.id] : undefined;
    return this.#parts.servers.get(config?.primary ?? config?.servers[0] ?? "");
  }

  #primary(record: Placed): NameServer {
    const primary = this.#primaryOf(record);
    if (!primary) throw faults.noZone(record.name);
    return primary;
  }

  async #key(zone: string, trial: string | null = null): Promise<TsigKey> {
    const { zones, keys, secrets, subject } = this.#parts;
    const id = zones[zone]?.key;
    const config = id === undefined ? undefined : keys[id];
    if (id === undefined || !config) throw faults.noZone(zone);
    const name = canonicalName(config.name ?? id) ?? id;
    const written = (trial ?? (await secrets.resolve(config.secret, subject(zone))).reveal()).trim();
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(written) || written.length % 4 !== 0) throw faults.badKey(name);
    return { name, algorithm: config.algorithm, secret: Buffer.from(written, "base64") };
  }
}
