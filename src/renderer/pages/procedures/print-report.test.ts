// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { printReport } from "./print-report.ts";

const print = vi.fn();

/** Stands in for the print dialog of whatever frame is loaded. */
function standIn({ target }: Event): void {
  if (target instanceof HTMLIFrameElement && target.contentWindow) target.contentWindow.print = print;
}

beforeEach(() => {
  print.mockClear();
  document.addEventListener("load", standIn, true);
});
afterEach(() => {
  document.removeEventListener("load", standIn, true);
  document.head.replaceChildren();
  document.body.replaceChildren();
});

function frame(): HTMLIFrameElement {
  const found = document.querySelector("iframe");
  if (!found) throw new Error("no frame");
  return found;
}

describe("printing a report", () => {
  it("lets its style through the page's policy, and no script", () => {
    document.head.innerHTML = '<meta property="csp-nonce" nonce="abc">';
    printReport("<style>p{}</style><p>x</p>");
    expect(frame().srcdoc).toBe('<style nonce="abc">p{}</style><p>x</p>');
    expect(frame().getAttribute("sandbox")).not.toContain("allow-scripts");
  });

  it("prints once it is there, and leaves nothing behind", async () => {
    printReport("<p>x</p>");
    await vi.waitFor(() => expect(print).toHaveBeenCalledOnce());
    frame().contentWindow?.dispatchEvent(new Event("afterprint"));
    expect(document.querySelector("iframe")).toBeNull();
  });
});
