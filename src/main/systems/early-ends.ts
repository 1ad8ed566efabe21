/** What is under way on resources, for whoever wants it to end before it is through. */
export class EarlyEnds {
  readonly #open = new Map<string, { asked: boolean; onAsk: () => void }>();

  /** Takes up work on a resource; `onAsk` is called when it is asked to end, `asked` says so from then on. */
  begin(resource: string, onAsk: () => void = () => undefined): { readonly asked: boolean; end(): void } {
    const entry = { asked: false, onAsk };
    this.#open.set(resource, entry);
    return {
      get asked() {
        return entry.asked;
      },
      end: () => {
        if (this.#open.get(resource) === entry) this.#open.delete(resource);
      },
    };
  }

  /** Asks what is under way there to end. */
  ask(resource: string): void {
    const entry = this.#open.get(resource);
    if (!entry || entry.asked) return;
    entry.asked = true;
    entry.onAsk();
  }
}
