/** The part of noVNC 1.7 that remote hands use (its docs/API.md); the package brings no types. */
declare module "@novnc/novnc" {
  /** What noVNC asks of a transport: these names, on the object itself or on its immediate prototype. */
  export interface RawChannel {
    binaryType: string;
    readonly protocol: string;
    readonly readyState: number;
    onopen: (() => void) | null;
    onmessage: ((event: { data: ArrayBuffer }) => void) | null;
    onclose: ((event: { code: number; reason: string }) => void) | null;
    onerror: (() => void) | null;
    send(data: ArrayBuffer | Uint8Array): void;
    close(): void;
  }

  export interface RfbEvents {
    disconnect: CustomEvent<{ clean: boolean }>;
    clipboard: CustomEvent<{ text: string }>;
  }

  export default class RFB {
    constructor(target: Element, channel: RawChannel, options?: { shared?: boolean });
    viewOnly: boolean;
    scaleViewport: boolean;
    background: string;
    addEventListener<Name extends keyof RfbEvents>(
      name: Name,
      listener: (event: RfbEvents[Name]) => void,
    ): void;
    disconnect(): void;
    focus(options?: FocusOptions): void;
    /** `code` is that of KeyboardEvent; without `down` the key is pressed and released. */
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    clipboardPasteFrom(text: string): void;
    toBlob(receive: (blob: Blob | null) => void, type?: string): void;
  }
}
