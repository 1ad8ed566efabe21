import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Markup, markup } from "./markup.ts";

describe("markup", () => {
  it("escapes whatever is put into it, and nothing twice", () => {
    const inside = markup`<b>${"<i> & \"quotes\" 'too'"}</b>`;
    expect(inside.html).toBe("<b>&lt;i&gt; &amp; &quot;quotes&quot; &#39;too&#39;</b>");
    expect(markup`<p>${inside}${[markup`<br>`, markup`<hr>`]}${7}</p>`.html).toBe(
      `<p>${inside.html}<br><hr>7</p>`,
    );
    expect(markup`${new Markup("<raw>")}`.html).toBe("<raw>");
  });

  it("shows what would turn the direction of the words beside it", () => {
    expect(markup`<td>${"vm\u202e\u0007gnp.exe"}</td>`.html).toBe("<td>vm\ufffd\ufffdgnp.exe</td>");
  });

  it("lets no words out of the element or the attribute that they stand in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (words) => {
        const { html } = markup`<p title="${words}">${words}</p>`;
        expect(html.match(/[<>"]/g)).toEqual(["<", '"', '"', ">", "<", ">"]);
        expect(html).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
      }),
    );
  });
});
