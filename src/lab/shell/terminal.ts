import { KeyReader, LineEditor } from "./line-editor.ts";
import type { Sink, Source } from "./streams.ts";

const typeAheadLimit = 64 * 1024;

/**
 * The terminal of an interactive session (termios(3) in canonical mode): edits and echoes what is typed, hands whole
 * lines to the shell or to the program that reads, and turns line ends into what a screen needs.
 */
export class Terminal implements Source {
  readonly terminal = true;
  readonly size: { columns: number; rows: number };
  /** Called at Ctrl-C while no line is being asked for. */
  onInterrupt: () => void = () => {};
  private readonly keys = new KeyReader();
  private readonly editor = new LineEditor();
  private readonly decoder = new TextDecoder();
  private readonly typed: (string | null)[] = [];
  private readonly screen: Sink;
  private typedLength = 0;
  private prompt: string | null = null;
  private hungUp = false;
  private wake: (() => void) | null = null;
  private row = 0;

  constructor(screen: Sink, size: { columns: number; rows: number }) {
    this.screen = screen;
    this.size = size;
  }

  /** The sink for the shell and its programs. */
  readonly output: Sink = {
    terminal: true,
    write: (bytes) =>
      this.screen.write(
        bytes.includes(10)
          ? Buffer.from(Buffer.from(bytes).toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1")
          : bytes,
      ),
    end: () => {},
  };

  /** Takes what the visitor typed. */
  feed(bytes: Uint8Array): void {
    for (const key of this.keys.read(this.decoder.decode(bytes, { stream: true }))) {
      if (key.kind === "text") this.type(key.text);
      else this.press(key.name);
    }
  }

  resize(columns: number, rows: number): void {
    this.size.columns = Math.max(1, Math.min(columns || 80, 1000));
    this.size.rows = Math.max(1, Math.min(rows || 24, 1000));
  }

  /** The far side is gone: whoever reads gets the end. */
  hangUp(): void {
    this.hungUp = true;
    this.wake?.();
  }

  /** Asks for a line; null at the end of the input. */
  async readLine(prompt: string): Promise<string | null> {
    this.prompt = prompt;
    this.row = 0;
    this.show(prompt + this.editor.line);
    try {
      return await this.nextLine();
    } finally {
      this.prompt = null;
    }
  }

  async read(): Promise<Uint8Array | null> {
    const line = await this.nextLine();
    return line === null ? null : new TextEncoder().encode(`${line}\n`);
  }

  close(): void {}

  private async nextLine(): Promise<string | null> {
    while (this.typed.length === 0) {
      if (this.hungUp) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const line = this.typed.shift() ?? null;
    this.typedLength -= line?.length ?? 0;
    return line;
  }

  private give(line: string | null): void {
    if (this.typedLength > typeAheadLimit) return;
    this.typed.push(line);
    this.typedLength += line?.length ?? 0;
    this.wake?.();
  }

  private type(words: string): void {
    const atEnd = this.editor.cursor === this.editor.line.length;
    this.editor.insert(words);
    if (atEnd) this.show(words);
    else this.redraw();
    this.row = this.cursorRow();
  }

  private press(name: string): void {
    const { editor } = this;
    const asked = this.prompt !== null;
    if (name === "enter") {
      this.show("\r\n");
      this.row = 0;
      this.give(editor.take(asked));
    } else if (name === "interrupt") {
      this.show("^C\r\n");
      editor.take(false);
      this.row = 0;
      if (this.prompt !== null) this.show(this.prompt);
      else this.onInterrupt();
    } else if (name === "end-of-input") {
      if (editor.line === "") this.give(null);
      else if (editor.press("delete")) this.redraw();
    } else if (name === "clear" && asked) {
      this.show("\u001b[H\u001b[2J");
      this.row = 0;
      this.redraw();
    } else if ((asked || name === "erase" || name === "cut-left") && editor.press(name)) this.redraw();
  }

  private cursorRow(): number {
    return Math.floor(((this.prompt?.length ?? 0) + this.editor.cursor) / this.size.columns);
  }

  /** Draws prompt and line anew; a line may take several rows. */
  private redraw(): void {
    const { columns } = this.size;
    const words = (this.prompt ?? "") + this.editor.line;
    const up = this.row > 0 ? `\u001b[${this.row}A` : "";
    const lastRow = Math.floor(words.length / columns);
    const row = this.cursorRow();
    const column = ((this.prompt?.length ?? 0) + this.editor.cursor) % columns;
    const back = lastRow > row ? `\u001b[${lastRow - row}A` : "";
    const wrapped = words.length > 0 && words.length % columns === 0 ? "\r\n" : "";
    this.show(`${up}\r\u001b[J${words}${wrapped}${back}\u001b[${column + 1}G`);
    this.row = row;
  }

  private show(words: string): void {
    // What the far side does not read any more is noticed by the session, not by its echo.
    this.screen.write(new TextEncoder().encode(words)).catch(() => {});
  }
}
