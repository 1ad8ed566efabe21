// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { sameText, text } from "../shared/text.ts";
import { preview, rebootOffer, start, task } from "./testing/memory-console.ts";
import { openWindow } from "./testing/screen.tsx";

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
});

function open(...at: Parameters<typeof openWindow>) {
  opened = openWindow(...at);
  return opened.console;
}

describe("an action", () => {
  const openSheet = async () => fireEvent.click(await screen.findByRole("button", { name: "Reboot" }));

  it("is started by one button that says the verb and the name, once all is known", async () => {
    const console = open("#/resource/tower-a");
    await openSheet();
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("Another boot identifier.")).toBeTruthy();
    expect(dialog.getByText("It cannot be undone.")).toBeTruthy();
    fireEvent.click(dialog.getByRole("button", { name: "Reboot tower-a" }));
    await waitFor(() => expect(console.started).toHaveLength(1));
    expect(console.started[0]).toMatchObject({
      action: "ssh.reboot",
      resources: ["tower-a"],
      confirmation: "",
    });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is greyed and says why while it cannot work", async () => {
    const console = open("#/resource/tower-a", (prepared) => {
      prepared.offers = [rebootOffer({ unavailable: text("A bascule holds it.", "Une bascule le tient.") })];
    });
    const button = await screen.findByRole("button", { name: "Reboot" });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    fireEvent.click(button);
    expect(screen.queryByRole("dialog")).toBeNull();
    fireEvent.focus(button);
    expect(await screen.findByText("Not now: A bascule holds it.")).toBeTruthy();
    expect(console.started).toEqual([]);
  });

  it("that destroys waits for the name", async () => {
    const console = open("#/resource/tower-a", (prepared) => {
      prepared.offers = [rebootOffer({ risk: "destructive" })];
      prepared.previews = (id) => preview(id, { typeToConfirm: id });
    });
    await openSheet();
    const dialog = within(await screen.findByRole("dialog"));
    const name = await dialog.findByLabelText("Type tower-a to confirm");
    const go = dialog.getByRole("button", { name: "Reboot tower-a" });
    expect(go).toHaveProperty("disabled", true);
    fireEvent.change(name, { target: { value: "tower" } });
    expect(go).toHaveProperty("disabled", true);
    fireEvent.submit(name.closest("form") as HTMLFormElement);
    expect(console.started).toEqual([]);
    fireEvent.change(name, { target: { value: "tower-a" } });
    fireEvent.click(go);
    await waitFor(() => expect(console.started[0]?.confirmation).toBe("tower-a"));
  });

  it("that a guard refuses shows the figures, and starts with a reason where that opens it", async () => {
    const console = open("#/resource/tower-a", (prepared) => {
      prepared.previews = (id) =>
        preview(id, {
          guards: [
            { guard: "w", allowed: false, text: sameText("Closed until 08:00."), opensWithReason: true },
          ],
        });
    });
    await openSheet();
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText(/Closed until 08:00\./)).toBeTruthy();
    const go = dialog.getByRole("button", { name: "Reboot tower-a" });
    expect(go).toHaveProperty("disabled", true);
    fireEvent.change(dialog.getByLabelText("Reason"), { target: { value: "on call" } });
    fireEvent.click(go);
    await waitFor(() => expect(console.started[0]?.reason).toBe("on call"));
  });

  it("on many shows each, and leads to the page of its run", async () => {
    const console = open("#/hosts", (prepared) => {
      prepared.offers = [rebootOffer({ bulk: true })];
    });
    await screen.findByRole("link", { name: "tower-a" });
    for (const name of ["tower-a", "tower-b"]) {
      fireEvent.click(screen.getByRole("checkbox", { name: `Select ${name}` }));
    }
    fireEvent.click(await screen.findByRole("button", { name: "Reboot" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("will be done", { selector: ".tile *" })).toBeTruthy();
    fireEvent.change(dialog.getByLabelText("How many at once"), { target: { value: "4" } });
    fireEvent.click(dialog.getByRole("button", { name: "Reboot 2 resources" }));
    await waitFor(() => expect(console.started[0]).toMatchObject({ concurrency: 4, deadline: 600_000 }));
    expect(console.started[0]?.resources).toEqual(["tower-a", "tower-b"]);
    await waitFor(() => expect(window.location.hash).toBe("#/tasks/task-1"));
  });
});

describe("a task", () => {
  it("is announced when it ends, and never blended into done", async () => {
    const before = task("t0", { state: "verified", endedAt: start, resourceName: "tower-b" });
    const console = open("#/overview", (prepared) => prepared.tasks.set({ tasks: [before] }));
    await screen.findByText("Reboot on tower-b");
    act(() => console.tasks.set({ tasks: [before, task("t1")] }));
    expect(await screen.findByText("Reboot on tower-a has started.")).toBeTruthy();
    act(() =>
      console.tasks.set({
        tasks: [task("t1", { state: "unknown-effect", endedAt: start, cancellable: false })],
      }),
    );
    expect(await screen.findByText("Reboot on tower-a: unknown effect.")).toBeTruthy();
    expect(screen.getByText("1 with unknown effect")).toBeTruthy();
  });

  it("opens into steps and output, and offers to find out what happened", async () => {
    const console = open("#/overview", (prepared) =>
      prepared.tasks.set({
        tasks: [
          task("t1", {
            state: "unknown-effect",
            endedAt: start,
            cancellable: false,
            progress: [{ at: start, text: sameText("The reboot is sent."), fraction: null }],
          }),
        ],
      }),
    );
    console.output.set([
      { task: "t1", resource: "tower-a", stream: "output", text: "\u001b[31mbye\u001b[0m\n" },
    ]);
    fireEvent.click(await screen.findByRole("button", { name: /^Tasks.*1 with unknown effect/ }));
    fireEvent.click(await screen.findByRole("button", { name: /Reboot on tower-a/, expanded: false }));
    expect((await screen.findByRole("heading", { name: "Steps" })).parentElement?.textContent).toContain(
      "The reboot is sent.",
    );
    expect(await screen.findByText("bye")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Find out what happened" })).toBeTruthy();
    expect(console.output.watchers).toBe(1);
    fireEvent.click(screen.getByRole("button", { name: /Reboot on tower-a/, expanded: true }));
    await waitFor(() => expect(console.output.watchers).toBe(0));
  });
});

describe("a question", () => {
  const hostKey = {
    kind: "host-key" as const,
    id: "q1",
    at: start,
    target: "tower-a",
    address: "192.0.2.10:22",
    algorithm: "ssh-ed25519",
    fingerprint: "SHA256:abc",
  };

  it("about a host key shows the fingerprint and waits for a decision", async () => {
    const console = open("#/overview", (prepared) => prepared.questions.set({ questions: [hostKey] }));
    fireEvent.click(await screen.findByRole("button", { name: "Decide" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText("SHA256:abc")).toBeTruthy();
    fireEvent.click(dialog.getByRole("button", { name: "Do not connect" }));
    await waitFor(() => expect(console.answered).toEqual([{ id: "q1", accept: false, answers: [] }]));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("that asks for words hides what must not be seen", async () => {
    const console = open("#/overview", (prepared) =>
      prepared.questions.set({
        questions: [
          {
            kind: "prompts",
            id: "q2",
            at: start,
            target: "bounce",
            instructions: "",
            prompts: [{ text: "Code:", echo: false }],
          },
        ],
      }),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Decide" }));
    const code = await screen.findByLabelText("Code:");
    expect(code.getAttribute("type")).toBe("password");
    fireEvent.change(code, { target: { value: "123456" } });
    fireEvent.click(screen.getByRole("button", { name: "Answer bounce" }));
    await waitFor(() => expect(console.answered).toEqual([{ id: "q2", accept: true, answers: ["123456"] }]));
    expect(document.body.innerHTML).not.toContain("123456");
  });
});
