// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { logLine } from "../../testing/memory-sessions.ts";
import { openWindow } from "../../testing/screen.tsx";
import { useLogLook } from "./log-look.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
  useLogLook.setState({ time: "local", wrapped: false });
});

const place = "#/logs?on=tower-a&on=tower-b";
const lines = (count: number) => Array.from({ length: count }, (_, number) => logLine(number));

function open(prepare: (console: MemoryConsole) => void = () => {}, hash = place): MemoryConsole {
  opened = openWindow(hash, (console) => {
    console.sessions.lines.set(lines(1000));
    prepare(console);
  });
  return opened.console;
}

const pane = () => screen.findByRole("log");
const last = () => screen.findByText("line 999");
const key = async (name: string, more: object = {}) =>
  fireEvent.keyDown(await pane(), { key: name, ...more });
const status = (words: RegExp) => screen.findByText(words);
const typeInto = (label: string, words: string) =>
  fireEvent.change(screen.getByRole("searchbox", { name: label }), { target: { value: words } });

describe("the logs", () => {
  it("are those that the link names; only what is in sight is there, at the end, and it is followed", async () => {
    const console = open();
    await last();
    expect(console.sessions.logsOpened[0]).toMatchObject({
      resources: ["tower-a", "tower-b"],
      tail: 2000,
      follow: true,
    });
    expect(screen.queryByText("line 0")).toBeNull();
    expect((await pane()).querySelectorAll(".log-line").length).toBeLessThan(60);
    act(() => console.sessions.lines.set(lines(1001)));
    await screen.findByText("line 1000");
    await status(/1,001 lines.*following the end/);
  });

  it("pause when they are scrolled up, ask for what is in sight there, and follow again", async () => {
    const console = open();
    await last();
    await key("g");
    await screen.findByText("line 0");
    await status(/paused at line 1 of 1,000/);
    act(() => console.sessions.lines.set(lines(1500)));
    await status(/paused at line 1 of 1,500/);
    expect(screen.queryByText("line 1499")).toBeNull();
    expect(console.sessions.windows.some(({ from }) => from === 0)).toBe(true);
    fireEvent.click(screen.getByRole("button", { name: "Follow" }));
    await screen.findByText("line 1499");
  });

  it("stay on their lines when older ones are dropped, and tell how many", async () => {
    const console = open();
    await last();
    await key("g");
    await key("PageDown");
    await status(/paused at line 4\d of 1,000/);
    await waitFor(() => expect(console.sessions.windows.at(-1)?.from).toBe(0));
    act(() => {
      console.sessions.dropped = 5;
      console.sessions.lines.set(lines(1000).slice(5));
    });
    await status(/5 lines at the beginning were dropped/);
  });

  it("are searched from match to match with the keys of a pager, round the end, and what matches is marked", async () => {
    const console = open((prepared) => {
      prepared.sessions.lines.set([
        ...lines(500),
        logLine(500, "an ERROR here"),
        ...lines(400),
        logLine(901, "error again"),
      ]);
    });
    await screen.findByText("error again");
    await key("/");
    expect(document.activeElement).toBe(screen.getByRole("searchbox", { name: "Search" }));
    typeInto("Search", "error");
    await screen.findByText("2 lines match");
    fireEvent.keyDown(screen.getByRole("searchbox", { name: "Search" }), { key: "Enter" });
    const current = () => document.querySelector(".log-line.is-current")?.textContent ?? "";
    await waitFor(() => expect(current()).toContain("error again"));
    await key("N");
    await waitFor(() => expect(current()).toContain("an ERROR here"));
    expect(document.querySelector(".log-line.is-current mark")?.textContent).toBe("ERROR");
    await key("N");
    await screen.findByText(/went on at the other end/);
    await waitFor(() => expect(current()).toContain("error again"));
    expect(console.sessions.windows.some(({ only }) => only?.words === "error")).toBe(true);
  });

  it("stand at the match when Enter is struck before typing has rested", async () => {
    const console = open((prepared) => {
      prepared.sessions.lines.set([...lines(500), logLine(500, "an ERROR here"), ...lines(400)]);
    });
    await screen.findAllByText("line 399");
    const box = screen.getByRole("searchbox", { name: "Search" });
    typeInto("Search", "error");
    fireEvent.keyDown(box, { key: "Enter" });
    const current = () => document.querySelector(".log-line.is-current mark")?.textContent ?? "";
    await waitFor(() => expect(current()).toBe("ERROR"));
    await screen.findByText("1 line matches");
    await act(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(current()).toBe("ERROR");
    expect(console.sessions.windows.filter(({ only }) => only?.words === "error")).toHaveLength(1);
  });

  it("are filtered in main, and an expression that is none is told and not sent", async () => {
    const console = open();
    await last();
    const filter = "Only lines with";
    typeInto(filter, "line 99[0-4]");
    const box = screen.getByRole("searchbox", { name: filter }).parentElement;
    fireEvent.click(within(box ?? document.body).getByRole("button", { name: "Regular expression" }));
    await status(/5 lines match the filter/);
    expect(screen.queryByText("line 999")).toBeNull();
    typeInto(filter, "(");
    await screen.findByText(/This is no regular expression/);
    expect(console.sessions.windows.some(({ only }) => only?.words === "(")).toBe(false);
  });

  it("are opened anew for another time or container, and closed when nobody looks", async () => {
    const console = open((prepared) => {
      const source = prepared.sessions.sources.value[0];
      if (!source) return;
      prepared.sessions.sources.set([
        { ...source, name: "api-1/web" },
        { ...source, name: "api-1/proxy", state: "waiting" },
      ]);
    });
    await last();
    fireEvent.change(await screen.findByRole("combobox", { name: "Container" }), {
      target: { value: "web" },
    });
    await waitFor(() => expect(console.sessions.logsOpened.at(-1)).toMatchObject({ container: "web" }));
    await waitFor(() => expect(console.sessions.logsClosed).toEqual(["log-1"]));
    fireEvent.change(await screen.findByRole("combobox", { name: "From" }), { target: { value: "hours-1" } });
    await waitFor(() =>
      expect(console.sessions.logsOpened.at(-1)).toMatchObject({ since: 3600, tail: null }),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Before the restart" }));
    await waitFor(() =>
      expect(console.sessions.logsOpened.at(-1)).toMatchObject({ previous: true, follow: false }),
    );
    await last();
    act(() => {
      window.location.hash = "#/hosts";
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    });
    await waitFor(() => expect(console.sessions.logsClosed).toHaveLength(4));
  });

  it("say whose lines they are, and why a source gives none", async () => {
    open((prepared) => {
      prepared.sessions.sources.set([
        { resource: "tower-a", name: "api-1", state: "reading", lines: 1000, error: null },
        {
          resource: "tower-b",
          name: "api-2",
          state: "failed",
          lines: 0,
          error: {
            code: "kubernetes.forbidden",
            system: "east",
            message: { en: "The API server refuses.", fr: "Le serveur d'API refuse." },
            hint: { en: "Ask for the right.", fr: "Demandez le droit." },
          },
        },
      ]);
    });
    await last();
    fireEvent.click(screen.getByRole("button", { name: /2 sources · 1 with an error/ }));
    const list = within(screen.getByRole("list", { name: "Sources" }));
    expect(list.getByText("failed")).toBeTruthy();
    expect(list.getByText(/The API server refuses/)).toBeTruthy();
    expect(document.querySelector(".log-line .log-source")?.textContent).toBe("api-1");
  });

  it("are copied as they are shown: the chosen lines with their times", async () => {
    open();
    const written: string[] = [];
    vi.stubGlobal("navigator", {
      ...window.navigator,
      languages: ["en"],
      clipboard: { writeText: async (words: string) => void written.push(words) },
    });
    try {
      await last();
      fireEvent.change(screen.getByRole("combobox", { name: "Time" }), { target: { value: "utc" } });
      fireEvent.click(await screen.findByText("line 997"));
      fireEvent.click(screen.getByText("line 998"), { shiftKey: true });
      await key("c", { ctrlKey: true });
      await waitFor(() =>
        expect(written).toEqual(["2026-01-01 00:16:37.000Z line 997\n2026-01-01 00:16:38.000Z line 998"]),
      );
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("that main no longer holds are said to be gone, and opened anew when asked for", async () => {
    const console = open((prepared) => {
      prepared.sessions.failure = {
        code: "log.gone",
        system: "logs",
        message: { en: "This log is no longer held.", fr: "Ce journal n'est plus conservé." },
        hint: { en: "Open it again.", fr: "Rouvrez-le." },
      };
    });
    await screen.findByText("This log is no longer held.");
    console.sessions.failure = null;
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await last();
    expect(console.sessions.logsOpened).toHaveLength(2);
  });

  it("of nothing are none, and it is said where to choose", async () => {
    open(undefined, "#/logs");
    await screen.findByText(/Nothing was chosen/);
  });
});
