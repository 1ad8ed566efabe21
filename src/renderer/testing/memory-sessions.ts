import { type implement, ORPCError } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type { WireError } from "../../shared/errors.ts";
import type { OfferedPort, PortForward, PortForwardRequest } from "../../shared/forwards.ts";
import type {
  LogFrame,
  LogLine,
  LogPattern,
  LogRequest,
  LogSourceState,
  LogWindow,
} from "../../shared/logs.ts";
import type { Manifest, ManifestCheck, ManifestEdit } from "../../shared/manifest.ts";
import { Feed } from "./feed.ts";

/** A line of the first source, `number` seconds after the beginning of 2026. */
export function logLine(number: number, text = `line ${number}`): LogLine {
  return { number, source: 0, at: Date.UTC(2026, 0, 1) + number * 1000, text, cut: false };
}

/** A forward to port 8080 of a pod, changed by `part`. */
export function portForward(part: Partial<PortForward> = {}): PortForward {
  return {
    id: "f-1",
    resource: "east/pods/shop/api-1",
    name: "api-1",
    localPort: 40_001,
    remotePort: 8080,
    connections: 0,
    served: 0,
    openedAt: Date.UTC(2026, 4, 12, 8),
    error: null,
    ...part,
  };
}

/** Logs, forwards and manifests over a few values that a test changes; what was asked for is kept. */
export class MemorySessions {
  readonly lines = new Feed<LogLine[]>([]);
  readonly sources = new Feed<LogSourceState[]>([
    { resource: "tower-a", name: "api-1", state: "reading", lines: 0, error: null },
  ]);
  dropped = 0;
  readonly logsOpened: LogRequest[] = [];
  readonly logsClosed: string[] = [];
  readonly windows: LogWindow[] = [];
  readonly forwards = new Feed<{ forwards: PortForward[] }>({ forwards: [] });
  ports: OfferedPort[] = [];
  readonly forwardsAsked: PortForwardRequest[] = [];
  manifest: Manifest = { yaml: "spec:\n  replicas: 2\n", version: "1", locked: null };
  check: (edit: ManifestEdit) => ManifestCheck = ({ yaml }) => ({
    outcome: "changed",
    before: this.manifest.yaml,
    after: yaml,
    faults: [],
    warnings: [],
  });
  readonly checked: ManifestEdit[] = [];

  /** Why nothing of this answers; null while it does. */
  failure: WireError | null = null;

  /** The parts of the contract that this answers. */
  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      logs: {
        open: answer.logs.open.handler(({ input }) => {
          this.logsOpened.push(input);
          return { log: `log-${this.logsOpened.length}` };
        }),
        watch: answer.logs.watch.handler(({ input, signal }) => this.#watch(input, signal)),
        find: answer.logs.find.handler(({ input }) => {
          const places = this.#matching(input.only).flatMap((line, place) =>
            matches(line, input.pattern) ? [place] : [],
          );
          const beyond = (place: number) => (input.backwards ? place <= input.from : place >= input.from);
          const found = places.filter(beyond);
          return { line: (input.backwards ? found.at(-1) : found[0]) ?? null };
        }),
        piece: answer.logs.piece.handler(({ input }) => {
          const lines = this.#matching(input.only).filter(({ number }) => number >= input.offset);
          const some = lines.slice(0, 2);
          const next = lines[2]?.number ?? null;
          const words = some.map(({ text }) => `${text}\n`).join("");
          return { total: (this.lines.value.at(-1)?.number ?? -1) + 1, piece: btoa(words), next };
        }),
        close: answer.logs.close.handler(({ input }) => {
          this.logsClosed.push(input.log);
          return { closed: true };
        }),
      },
      forwards: {
        watch: answer.forwards.watch.handler(({ signal }) => this.forwards.watch(signal)),
        offered: answer.forwards.offered.handler(() => ({ ports: this.ports })),
        open: answer.forwards.open.handler(({ input }) => {
          this.#failIfTold();
          this.forwardsAsked.push(input);
          const opened = portForward({
            id: `f-${this.forwardsAsked.length}`,
            resource: input.resource,
            remotePort: input.remotePort,
            localPort: input.localPort ?? 40_001,
          });
          this.forwards.set({ forwards: [...this.forwards.value.forwards, opened] });
          return opened;
        }),
        close: answer.forwards.close.handler(({ input }) => {
          this.forwards.set({ forwards: this.forwards.value.forwards.filter(({ id }) => id !== input.id) });
          return { closed: true };
        }),
      },
      manifests: {
        read: answer.manifests.read.handler(() => {
          this.#failIfTold();
          return this.manifest;
        }),
        check: answer.manifests.check.handler(({ input }) => {
          this.#failIfTold();
          this.checked.push(input);
          return this.check(input);
        }),
      },
    };
  }

  #failIfTold(): void {
    if (this.failure) throw new ORPCError("OPS", { data: this.failure });
  }

  #matching(only: LogPattern | null): LogLine[] {
    return this.lines.value.filter((line) => only === null || matches(line, only));
  }

  async *#watch(window: LogWindow, signal: AbortSignal | undefined): AsyncGenerator<LogFrame> {
    this.#failIfTold();
    this.windows.push(window);
    for await (const all of this.lines.watch(signal)) {
      const lines = this.#matching(window.only);
      const from = Math.max(0, Math.min(window.from ?? lines.length - window.count, lines.length));
      yield {
        sources: this.sources.value,
        total: all.length,
        matching: lines.length,
        dropped: this.dropped,
        bytes: all.length * 10,
        filtered: true,
        from,
        lines: lines.slice(from, from + window.count),
      };
    }
  }
}

function matches({ text }: LogLine, { words, expression, matchCase }: LogPattern): boolean {
  if (expression) return new RegExp(words, matchCase ? "" : "i").test(text);
  return matchCase ? text.includes(words) : text.toLowerCase().includes(words.toLowerCase());
}
