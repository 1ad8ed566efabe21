import { constants, createDeflate } from "node:zlib";
import { Gone } from "./byte-reader.ts";

/** One stream of zlib (RFC 1950) that lasts as long as a session; each piece can be read when it has arrived. */
export class ZlibStream {
  private readonly deflate = createDeflate({ level: constants.Z_BEST_SPEED });
  private chunks: Buffer[] = [];

  constructor() {
    this.deflate.on("data", (chunk: Buffer) => this.chunks.push(chunk));
  }

  /** Compresses one piece; the next one must wait until it is done. Rejects with Gone once the stream is closed. */
  async compress(bytes: Uint8Array): Promise<Buffer> {
    if (this.deflate.destroyed) throw new Gone();
    await new Promise<void>((resolve, reject) => {
      const onClose = () => reject(new Gone());
      this.deflate.once("close", onClose);
      this.deflate.once("error", reject);
      this.deflate.write(bytes);
      this.deflate.flush(constants.Z_SYNC_FLUSH, () => {
        this.deflate.off("close", onClose);
        this.deflate.off("error", reject);
        resolve();
      });
    });
    while (this.deflate.readableLength > 0) await new Promise((resolve) => setImmediate(resolve));
    return Buffer.concat(this.chunks.splice(0));
  }

  close(): void {
    this.deflate.destroy();
  }
}
