import { implement } from "@orpc/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { contract } from "../../shared/contract.ts";
import { Feed } from "../testing/feed.ts";
import { MemoryMain } from "../testing/memory-main.ts";
import { Connection } from "./client.ts";
import { LiveQuery, type Surroundings } from "./live-query.ts";

/** A page whose frames are painted when the test says so. */
class TestPage implements Surroundings {
  isHidden = false;
  readonly #visibility = new Set<() => void>();
  #frames: (() => void)[] = [];

  hidden(): boolean {
    return this.isHidden;
  }
  onVisibility(listener: () => void): () => void {
    this.#visibility.add(listener);
    return () => this.#visibility.delete(listener);
  }
  nextFrame(callback: () => void): () => void {
    this.#frames.push(callback);
    return () => {
      this.#frames = this.#frames.filter((each) => each !== callback);
    };
  }
  paint(): void {
    const frames = this.#frames;
    this.#frames = [];
    for (const frame of frames) frame();
  }
  hide(hidden: boolean): void {
    this.isHidden = hidden;
    for (const listener of [...this.#visibility]) listener();
  }
}

function setUp() {
  const feed = new Feed<{ head: number }>({ head: 1 });
  let refuse = false;
  const answer = implement(contract);
  const main = new MemoryMain({
    journal: {
      watch: answer.journal.watch.handler(({ signal }) => {
        if (refuse) throw new Error("not now");
        return feed.watch(signal);
      }),
    },
  });
  const connection = new Connection(main.open);
  const page = new TestPage();
  const query = new LiveQuery<{ head: number }, number[]>(
    connection,
    (client, signal) => client.journal.watch(undefined, { signal }),
    (values, frame) => [...(values ?? []), frame.head],
    page,
  );
  const painted = vi.fn();
  query.subscribe(painted);
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    feed,
    main,
    connection,
    page,
    query,
    painted,
    settle,
    refuse: (value: boolean) => (refuse = value),
  };
}

describe("a live query", () => {
  let open: ReturnType<typeof setUp>;
  beforeEach(() => {
    vi.useFakeTimers();
    open = setUp();
  });
  afterEach(() => {
    open.query.stop();
    open.connection.close();
    vi.useRealTimers();
  });

  it("shows the first answer at once, and many frames after it in one paint", async () => {
    const { feed, page, query, painted, settle } = open;
    query.start();
    await settle();
    expect(painted).toHaveBeenCalledOnce();
    expect(query.read()).toEqual({ value: [1], error: null, state: "live" });
    painted.mockClear();
    for (const head of [2, 3, 4, 5]) {
      feed.set({ head });
      await settle();
    }
    expect(painted).not.toHaveBeenCalled();
    page.paint();
    expect(painted).toHaveBeenCalledOnce();
    expect(query.read()).toEqual({ value: [1, 2, 3, 4, 5], error: null, state: "live" });
  });

  it("stops main when it is stopped, and shows nothing of what was under way", async () => {
    const { feed, page, query, painted, settle } = open;
    query.start();
    await settle();
    expect(feed.watchers).toBe(1);
    painted.mockClear();
    feed.set({ head: 2 });
    await settle();
    query.stop();
    await settle();
    expect(feed.watchers).toBe(0);
    page.paint();
    expect(painted).not.toHaveBeenCalled();
  });

  it("leaves nothing open when it is stopped before main has answered", async () => {
    const { feed, query, settle } = open;
    query.start();
    query.stop();
    await settle();
    await settle();
    expect(feed.watchers).toBe(0);
  });

  it("rests while the page is hidden and starts afresh when it is shown", async () => {
    const { feed, page, query, settle } = open;
    query.start();
    await settle();
    page.paint();
    page.hide(true);
    await settle();
    expect(feed.watchers).toBe(0);
    expect(query.read()).toMatchObject({ state: "paused", value: [1] });
    feed.set({ head: 7 });
    page.hide(false);
    await settle();
    page.paint();
    expect(query.read()).toEqual({ value: [7], error: null, state: "live" });
  });

  it("keeps what it knows over a lost connection and subscribes again after it", async () => {
    const { feed, main, page, query, settle } = open;
    query.start();
    await settle();
    page.paint();
    main.cut();
    page.paint();
    expect(query.read()).toMatchObject({ value: [1], state: "lost" });
    feed.set({ head: 2 });
    await vi.advanceTimersByTimeAsync(1000);
    page.paint();
    expect(query.read()).toEqual({ value: [2], error: null, state: "live" });
    expect(feed.watchers).toBe(1);
    expect(feed.opened).toBe(2);
  });

  it("says when main refuses, and asks again only on request", async () => {
    const { page, query, settle, refuse } = open;
    refuse(true);
    query.start();
    await settle();
    page.paint();
    expect(query.read()).toMatchObject({ state: "failed", value: null });
    expect(query.read().error).not.toBeNull();
    refuse(false);
    await vi.advanceTimersByTimeAsync(60_000);
    page.paint();
    expect(query.read().state).toBe("failed");
    query.retry();
    await settle();
    page.paint();
    expect(query.read()).toEqual({ value: [1], error: null, state: "live" });
  });

  it("reports the frames that it took, so that main never runs far ahead", async () => {
    const { feed, main, query, settle } = open;
    query.start();
    await settle();
    for (let head = 2; head <= 40; head += 1) {
      feed.set({ head });
      await settle();
    }
    expect(main.framesTaken).toBeGreaterThan(30);
  });
});
