// @vitest-environment jsdom
import { EditorView } from "@codemirror/view";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ManifestCheck } from "../../../shared/manifest.ts";
import { sameText, text } from "../../../shared/text.ts";
import { useDrafts } from "../../state/drafts.ts";
import { editAction } from "../../state/edit-action.ts";
import { type MemoryConsole, rebootOffer, task } from "../../testing/memory-console.ts";
import { openWindow } from "../../testing/screen.tsx";

// The editor measures text, which jsdom does not lay out.
beforeAll(() => {
  Range.prototype.getClientRects = () => Object.assign([], { item: () => null });
  Range.prototype.getBoundingClientRect = () => new DOMRect();
});

let opened: ReturnType<typeof openWindow> | null = null;
afterEach(() => {
  opened?.close();
  opened = null;
  useDrafts.setState({ open: [] });
});

const base = "spec:\n  replicas: 2\n  minReadySeconds: 0\n  paused: false\n";
const editOffer = rebootOffer({
  id: editAction,
  title: text("Edit YAML", "Modifier le YAML"),
  verb: text("Save", "Enregistrer"),
});

function open(prepare: (console: MemoryConsole) => void = () => {}): MemoryConsole {
  opened = openWindow("#/resource/tower-a/manifest", (console) => {
    console.has = {
      logs: false,
      ports: false,
      manifest: true,
      happenings: false,
      snapshots: false,
      remoteTasks: false,
      secrets: false,
    };
    console.offers = [editOffer];
    console.sessions.manifest = { yaml: base, version: "7", locked: null };
    prepare(console);
  });
  return opened.console;
}

const button = (name: string) => screen.findByRole<HTMLButtonElement>("button", { name });
const editors = () => screen.findAllByRole("textbox", { name: "YAML of tower-a" });

async function view(): Promise<EditorView> {
  const [element] = await editors();
  const found = element && EditorView.findFromDOM(element);
  if (!found) throw new Error("there is no editor");
  return found;
}

async function write(from: string, to: string): Promise<void> {
  const editor = await view();
  const at = editor.state.doc.toString().indexOf(from);
  act(() => editor.dispatch({ changes: { from: at, to: at + from.length, insert: to } }));
}

async function edit(from: string, to: string): Promise<void> {
  fireEvent.click(await button("Edit"));
  await button("Check");
  await write(from, to);
}

describe("the editor of an object", () => {
  it("is read until somebody edits, and says why what is locked stays so", async () => {
    open((console) => {
      console.sessions.manifest = {
        yaml: base,
        version: "7",
        locked: text("A controller owns it.", "Un contrôleur le possède."),
      };
    });
    expect((await view()).state.readOnly).toBe(true);
    expect((await button("Edit")).disabled).toBe(true);
    expect(screen.getByText("It cannot be changed: A controller owns it.")).toBeTruthy();
  });

  it("shows what the API server would change, and its warnings", async () => {
    const console = open((prepared) => {
      prepared.sessions.check = ({ yaml }) => ({
        outcome: "changed",
        before: base,
        after: `${yaml}  added: by the server\n`,
        faults: [],
        warnings: ["this field is deprecated"],
      });
    });
    await edit("replicas: 2", "replicas: 3");
    fireEvent.click(await button("Check"));
    const diff = within(await screen.findByRole("region", { name: "What would change in tower-a" }));
    expect(diff.getByText(/added/)).toBeTruthy();
    expect(screen.getByText("this field is deprecated")).toBeTruthy();
    expect(console.sessions.checked).toEqual([
      { resource: "tower-a", yaml: base.replace("replicas: 2", "replicas: 3"), version: "7" },
    ]);
    await write("replicas: 3", "replicas: 4");
    await screen.findByText("Edited since it was checked: check it again.");
  });

  it("places the mistakes of a refused edit at their lines, and leads there", async () => {
    const refused: ManifestCheck = {
      outcome: "refused",
      before: base,
      after: base,
      faults: [
        { line: 2, column: 13, text: sameText("Expected a number.") },
        { line: null, column: null, text: sameText("Something else.") },
      ],
      warnings: [],
    };
    open((console) => {
      console.sessions.check = () => refused;
    });
    await edit("replicas: 2", "replicas: two");
    fireEvent.click(await button("Check"));
    fireEvent.click(await button("line 2"));
    const editor = await view();
    expect(editor.state.doc.lineAt(editor.state.selection.main.head).number).toBe(2);
    expect(screen.getByText("Something else.")).toBeTruthy();
    await waitFor(() => expect(document.querySelector(".cm-lintRange-error")).not.toBeNull());
  });

  it("saves through the sheet of the action with the text and its version, and is read anew once that is proven", async () => {
    const console = open();
    await edit("replicas: 2", "replicas: 3");
    fireEvent.click(await button("Save…"));
    const sheet = within(await screen.findByRole("dialog"));
    const save = await sheet.findByRole<HTMLButtonElement>("button", { name: "Save tower-a" });
    await waitFor(() => expect(save.disabled).toBe(false));
    fireEvent.click(save);
    const edited = base.replace("replicas: 2", "replicas: 3");
    await waitFor(() =>
      expect(console.started[0]).toMatchObject({
        action: editAction,
        resources: ["tower-a"],
        input: { yaml: edited, version: "7" },
      }),
    );
    console.sessions.manifest = { yaml: edited, version: "8", locked: null };
    act(() => console.tasks.set({ tasks: [task("task-1", { action: editAction, state: "verified" })] }));
    await screen.findByText(/The edit is saved/);
    expect((await view()).state.doc.toString()).toBe(edited);
    expect(useDrafts.getState().open).toEqual([]);
  });

  it("keeps an edit whose saving failed", async () => {
    const console = open();
    await edit("replicas: 2", "replicas: 3");
    act(() => console.tasks.set({ tasks: [task("task-1", { action: editAction, state: "failed" })] }));
    expect((await view()).state.doc.toString()).toContain("replicas: 3");
    expect(useDrafts.getState().open).toHaveLength(1);
  });

  it("carries an edit over to an object that changed meanwhile", async () => {
    open((console) => {
      console.sessions.check = () => ({
        outcome: "outdated",
        before: "",
        after: "",
        faults: [],
        warnings: [],
      });
    });
    await edit("replicas: 2", "replicas: 3");
    fireEvent.click(await button("Check"));
    const keep = await button("Read anew and keep my edit");
    if (opened) {
      opened.console.sessions.manifest = {
        yaml: base.replace("paused: false", "paused: true"),
        version: "9",
        locked: null,
      };
    }
    fireEvent.click(keep);
    await screen.findByText(/Your edit was carried over/);
    const { yaml, version } = useDrafts.getState().open[0] ?? {};
    expect([yaml, version]).toEqual(["spec:\n  replicas: 3\n  minReadySeconds: 0\n  paused: true\n", "9"]);
    expect(screen.getByRole("textbox", { name: "YAML as it is now" })).toBeTruthy();
  });

  it("loses nothing when its page is left: the masthead leads back", async () => {
    open();
    await edit("replicas: 2", "replicas: 3");
    const closing = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(closing);
    expect(closing.defaultPrevented).toBe(true);
    act(() => {
      window.location.hash = "#/hosts";
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    });
    fireEvent.click(await button("1 edit not saved"));
    const unsaved = within(await screen.findByRole("list", { name: "Edits that are not saved" }));
    fireEvent.click(unsaved.getByRole("link", { name: "tower-a" }));
    act(() => void window.dispatchEvent(new HashChangeEvent("hashchange")));
    expect((await view()).state.doc.toString()).toContain("replicas: 3");
    fireEvent.click(await button("Discard the edit"));
    fireEvent.click(await button("Discard it for good?"));
    await button("Edit");
    expect(useDrafts.getState().open).toEqual([]);
  });

  it("says why an object cannot be read, and reads it when asked again", async () => {
    const console = open((prepared) => {
      prepared.sessions.failure = {
        code: "kubernetes.forbidden",
        system: "east",
        message: { en: "The API server refuses.", fr: "Le serveur d'API refuse." },
        hint: { en: "Ask for the right.", fr: "Demandez le droit." },
      };
    });
    await screen.findByText("The API server refuses.");
    console.sessions.failure = null;
    fireEvent.click(await button("Try again"));
    expect((await view()).state.doc.toString()).toBe(base);
  });
});
