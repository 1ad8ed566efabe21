import type { Declaration, Observation, ObservationSink } from "../../../../shared/resource.ts";

/** Keeps what was declared and what was last said of each resource. */
export class RecordingSink implements ObservationSink {
  declared: Declaration[] = [];
  readonly last = new Map<string, Observation>();
  declare(_system: string, declarations: Declaration[]): void {
    this.declared = declarations;
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
