/**
 * Hands a report that main has built to the browser's print dialog, which also writes PDF. The report stands in a
 * frame without scripts for as long as that takes; its style carries the nonce that the page's policy admits.
 */
export function printReport(html: string): void {
  const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce;
  const frame = document.createElement("iframe");
  frame.className = "print-frame";
  frame.setAttribute("sandbox", "allow-same-origin allow-modals");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  frame.addEventListener("load", () => {
    const inside = frame.contentWindow;
    if (inside === null) return frame.remove();
    inside.addEventListener("afterprint", () => frame.remove());
    inside.print();
  });
  frame.srcdoc = nonce ? html.replaceAll("<style>", `<style nonce="${nonce}">`) : html;
  document.body.append(frame);
}
