import { type ClientContext, createORPCClient } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import { type Console, type ConsoleOptions, createConsole } from "../../../src/main/console.ts";
import { linkOver } from "../../../src/renderer/state/channel-link.ts";
import type { Task } from "../../../src/shared/action.ts";
import type { Channel } from "../../../src/shared/channel.ts";
import type { Contract } from "../../../src/shared/contract.ts";
import type { Resource } from "../../../src/shared/resource.ts";
import { ChannelRecorder } from "./recorded-channel.ts";

type Window = ContractRouterClient<Contract, ClientContext>;

/** How long anything that is waited for may take, in milliseconds. */
const patience = 90_000;

/**
 * A console with one window, joined as a shell joins them: over a channel, with the window's own client. `recorder`
 * has every frame.
 */
export class OpenConsole {
  readonly console: Console;
  readonly window: Window;
  readonly recorder = new ChannelRecorder();
  readonly #calls: Channel;

  private constructor(console: Console) {
    this.console = console;
    const { main, window } = this.recorder.pair();
    this.#calls = window;
    console.serveCalls(main);
    const link = linkOver(window);
    window.onclose = () => link.closed();
    this.window = createORPCClient<Window>(link);
  }

  /** Opens a console on an estate; neither a keychain nor an agent of whoever runs the tests is found. */
  static async open(
    options: Pick<ConsoleOptions, "estate" | "dataFolder" | "definitions" | "drill">,
  ): Promise<OpenConsole> {
    process.env.DBUS_SESSION_BUS_ADDRESS = "unix:path=/nonexistent/bus";
    delete process.env.SSH_AUTH_SOCK;
    delete process.env.PASSERELLE_PASSPHRASE;
    delete process.env.PASSERELLE_PASSPHRASE_FILE;
    return new OpenConsole(
      await createConsole({ ...options, shell: "browser", lab: options.drill === true }),
    );
  }

  get parts() {
    return this.console.parts;
  }

  /** Another window of the console, as one of another browser session. */
  another(seat: string, looksOnly = false): { window: Window; close(): void } {
    const { main, window } = new ChannelRecorder().pair();
    this.console.serveCalls(main, looksOnly, seat);
    const link = linkOver(window);
    window.onclose = () => link.closed();
    return { window: createORPCClient<Window>(link), close: () => window.close() };
  }

  /** What is known of a resource now. */
  resource(id: string): Resource {
    const found = this.parts.inventory.get(id);
    if (!found) throw new Error(`the console knows no ${id}`);
    return found;
  }

  /** The code of the error that keeps a resource from being read, if there is one. */
  errorOf(id: string): string | null {
    return Object.values(this.resource(id).sources).find((source) => source.error)?.error?.code ?? null;
  }

  /** Resolves once the condition holds; it is looked at whenever something changes. */
  async until(words: string, holds: () => boolean): Promise<void> {
    const { inventory, runner, questions, estate } = this.parts;
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (holds()) end(resolve);
      };
      const end = (settle: () => void) => {
        clearTimeout(timer);
        for (const unsubscribe of feeds) unsubscribe();
        settle();
      };
      const timer = setTimeout(() => end(() => reject(new Error(`never: ${words}`))), patience);
      const feeds = [
        inventory.onChange(look),
        runner.onChange(look),
        questions.onChange(look),
        estate.onChange(look),
      ];
      look();
    });
  }

  /** Resolves once the resource was read by every system that knows it. */
  read(id: string): Promise<void> {
    const isRead = () =>
      Object.values(this.resource(id).sources).every(
        ({ error, seenAt }) => error === null && seenAt !== null,
      );
    // What is only remembered from an earlier console is stale, and read it is not.
    const isFresh = () => this.resource(id).seenAt !== null && !this.resource(id).stale;
    return this.until(`${id} is read`, () => isFresh() && isRead());
  }

  /** Resolves once the resources can be read again: a lab server whose fault was cleared listens a moment later. */
  async comesBack(...ids: string[]): Promise<void> {
    const end = Date.now() + patience;
    for (;;) {
      await this.window.resources.refresh({ ids });
      const errors = ids.map((id) => this.errorOf(id));
      if (errors.every((error) => error === null)) return;
      if (Date.now() > end) throw new Error(`never back: ${ids.join(", ")}: ${errors.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Starts an action through the window and resolves with the task at its end. */
  async act(
    action: string,
    resources: string[],
    input: Record<string, string | number> = {},
    reason = "trial",
  ): Promise<Task> {
    const request = { action, resources, input, reason };
    const { task } = await this.window.actions.start(request);
    return this.parts.runner.waitFor(task);
  }

  /** What a command says on one host; throws when it does not end well. */
  async says(host: string, command: string): Promise<string> {
    const task = await this.act("ssh.run-command", [host], { command });
    if (task.state !== "verified") throw new Error(`${command}: ${JSON.stringify(task)}`);
    return this.outputOf(task.id);
  }

  outputOf(task: string): string {
    return this.parts.runner
      .outputOf(task)
      .pieces.map((piece) => piece.text)
      .join("");
  }

  /** Whatever `watch` pushes first. */
  async first<Value>(watch: Promise<AsyncIterable<Value>>): Promise<Value> {
    for await (const value of await watch) return value;
    throw new Error("nothing came");
  }

  /** Closes the window's channel, then the console. */
  async close(): Promise<void> {
    this.#calls.close();
    await this.console.close();
  }
}
