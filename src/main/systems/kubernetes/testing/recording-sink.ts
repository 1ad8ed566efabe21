import type {
  Declaration,
  DeclarationChange,
  Observation,
  ObservationSink,
} from "../../../../shared/resource.ts";

/** Keeps what was declared and what was last said of each resource. */
export class RecordingSink implements ObservationSink {
  readonly #declared = new Map<string, Declaration>();
  /** How many declarations and withdrawals were told, whole ones included. */
  told = 0;
  readonly last = new Map<string, Observation>();
  declare(_system: string, declarations: Declaration[]): void {
    this.#declared.clear();
    this.redeclare(_system, { added: declarations, removed: [] });
  }
  redeclare(_system: string, { added, removed }: DeclarationChange): void {
    this.told += added.length + removed.length;
    for (const id of removed) this.#declared.delete(id);
    for (const each of added) this.#declared.set(each.id, each);
  }
  get declared(): Declaration[] {
    return [...this.#declared.values()];
  }
  observe(observations: Observation[]): void {
    for (const each of observations) this.last.set(each.resource, each);
  }
  facts(id: string): Record<string, unknown> {
    const seen = this.last.get(id);
    return seen && "facts" in seen ? seen.facts : {};
  }
  health(id: string): string | undefined {
    const seen = this.last.get(id);
    return seen && ("error" in seen ? `error ${seen.error.code}` : seen.health);
  }
}
