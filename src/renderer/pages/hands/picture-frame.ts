/**
 * Where a screen is painted, and where its last picture stays when it is over: a live picture and a still one, of which
 * one is shown. It can be moved from page to page.
 */
export class PictureFrame {
  readonly #element = document.createElement("div");
  readonly #live = document.createElement("div");
  readonly #still = document.createElement("div");
  #canvas: HTMLCanvasElement | null = null;

  constructor() {
    this.#element.className = "picture-frame is-fit";
    this.#element.tabIndex = -1;
    this.#live.className = "picture-live";
    this.#still.className = "picture-still";
    this.#element.append(this.#live, this.#still);
  }

  /** Shows the frame in `place`; the result takes it out again. */
  attach(place: HTMLElement): () => void {
    place.append(this.#element);
    return () => {
      if (this.#element.parentElement === place) this.#element.remove();
    };
  }

  focus(): void {
    this.#element.focus({ preventScroll: true });
  }

  remove(): void {
    this.#element.remove();
  }

  /** Where a painter puts its canvas. */
  place(): HTMLElement {
    this.#live.replaceChildren();
    return this.#live;
  }

  fit(on: boolean): void {
    this.#element.classList.toggle("is-fit", on);
  }

  /** The live picture is there: the still one goes. A person who was typing goes on typing. */
  showLive(canvas: HTMLCanvasElement): void {
    const wasFocused = this.#element.contains(document.activeElement);
    this.#still.replaceChildren();
    this.#canvas = null;
    if (wasFocused) canvas.focus({ preventScroll: true });
  }

  /** Keeps `canvas` as the last picture; it takes no more keys. */
  keep(canvas: HTMLCanvasElement): void {
    const hadFocus = document.activeElement === canvas;
    canvas.removeAttribute("style");
    canvas.setAttribute("role", "img");
    this.#still.replaceChildren(canvas);
    this.#canvas = canvas;
    if (hadFocus) canvas.focus({ preventScroll: true });
  }

  /** The last picture as a PNG; null when there is none. */
  lastPicture(): Promise<Blob | null> {
    const canvas = this.#canvas;
    if (!canvas) return Promise.resolve(null);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
}
