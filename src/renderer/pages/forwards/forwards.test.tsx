// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import type { MemoryConsole } from "../../testing/memory-console.ts";
import { portForward } from "../../testing/memory-sessions.ts";
import { openWindow } from "../../testing/screen.tsx";
import { portOf } from "./ports.ts";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(prepare: (console: MemoryConsole) => void = () => {}): MemoryConsole {
  opened = openWindow("#/resource/tower-a", (console) => {
    console.has = {
      logs: false,
      ports: true,
      manifest: false,
      happenings: false,
      snapshots: false,
      remoteTasks: false,
      secrets: false,
    };
    prepare(console);
  });
  return opened.console;
}

const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>("button", { name });
const refused = {
  code: "forward.refused",
  system: "east",
  message: { en: "Nothing listens there.", fr: "Rien n'écoute là." },
  hint: { en: "Choose another port.", fr: "Choisissez un autre port." },
};

describe("a port forward", () => {
  it("is opened to a declared port, at any local port that is free, and says where it is reached", async () => {
    const console = open((prepared) => {
      prepared.sessions.ports = [
        { port: 8080, name: "http" },
        { port: 9090, name: "" },
      ];
    });
    fireEvent.click(await button("Forward a port"));
    fireEvent.click(await button("9090"));
    fireEvent.click(await button("Forward"));
    await screen.findByText("Port 9090 is reached at 127.0.0.1:40001 now.");
    expect(console.sessions.forwardsAsked).toEqual([
      { resource: "tower-a", remotePort: 9090, localPort: null },
    ]);
    expect(screen.getByText(/On another machine, this address leads nowhere/)).toBeTruthy();
  });

  it("takes no number that is no port", async () => {
    open();
    fireEvent.click(await button("Forward a port"));
    await screen.findByText(/It declares no port/);
    const remote = screen.getByRole("textbox", { name: "Port of tower-a" });
    expect((await button("Forward")).disabled).toBe(true);
    fireEvent.change(remote, { target: { value: "70000" } });
    expect(screen.getByText("A port is a whole number from 1 to 65535.")).toBeTruthy();
    fireEvent.change(remote, { target: { value: "80" } });
    expect((await button("Forward")).disabled).toBe(false);
    fireEvent.change(screen.getByRole("textbox", { name: "Port on 127.0.0.1" }), { target: { value: "80" } });
    expect((await button("Forward")).disabled).toBe(true);
  });

  it("that cannot be opened says why", async () => {
    open((console) => {
      console.sessions.ports = [{ port: 8080, name: "http" }];
      console.sessions.failure = refused;
    });
    fireEvent.click(await button("Forward a port"));
    await button("8080 http");
    fireEvent.click(await button("Forward"));
    await screen.findByText("Nothing listens there.");
  });

  it("is never out of sight: the masthead counts, warns, and closes it", async () => {
    const console = open((prepared) => {
      prepared.sessions.forwards.set({ forwards: [portForward({ connections: 1, served: 4 })] });
    });
    await button("1 forward");
    act(() => console.sessions.forwards.set({ forwards: [portForward({ error: refused })] }));
    fireEvent.click(await button("1 forward · failing"));
    const list = within(await screen.findByRole("list", { name: "Port-forwards" }));
    expect(list.getByText("127.0.0.1:40001 leads to port 8080")).toBeTruthy();
    expect(list.getByText("Nothing listens there.")).toBeTruthy();
    fireEvent.click(list.getByRole("button", { name: "Close the forward to port 8080 of api-1" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /1 forward/ })).toBeNull());
  });
});

describe("a port number", () => {
  it("is digits within bounds", () => {
    expect(
      ["1", " 80", "65535", "0", "65536", "8o", "", "-1", "1e3"].map((words) => portOf(words, 1)),
    ).toEqual([1, 80, 65_535, null, null, null, null, null, null]);
    expect(portOf("1023", 1024)).toBeNull();
  });
});
