import type { Duplex } from "node:stream";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { Machine } from "../../world/machine.ts";
import type { Management } from "../../world/management.ts";
import type { World } from "../../world/world.ts";
import type { DoorState } from "../network.ts";
import { serveRfb } from "../rfb/serve.ts";
import type { KeyedCertificate } from "./certificate.ts";
import { AmtEngine } from "./engine.ts";
import { answerGarbage } from "./misbehaviour.ts";
import { SerialPort } from "./redirection/serial-port.ts";
import { serveRedirection } from "./redirection/session.ts";
import { AmtWebServer } from "./web-server.ts";

export interface AmtMachineParts {
  world: World;
  machine: Machine;
  management: Management;
  seed: number;
  password: string;
  /** The password of the machine's own visitor, for the log-in on the serial line. */
  hostPassword: string | null;
  /** Null where the firmware speaks without TLS. */
  certificate: KeyedCertificate | null;
  /** Makes another certificate, which the fault `amt-certificate-changed` shows. */
  otherCertificate(): KeyedCertificate;
  onFailure(error: unknown): void;
}

/** Subprotocols are none of AMT's; a frame holds what a redirection message may. */
const frameLimit = 1024 * 1024;

/** The management engine of a machine as its ports show it: web server, redirection, and TLS where there is any. */
export class AmtMachine {
  private readonly parts: AmtMachineParts;
  private readonly engine: AmtEngine;
  private readonly serial: SerialPort;
  private readonly web: AmtWebServer;
  private readonly tls: TlsServer | null;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: frameLimit });
  private readonly streams = new Set<Duplex>();
  private readonly stopFollowing: () => void;
  private shown: "own" | "other" = "own";
  private isGarbling = false;

  constructor(parts: AmtMachineParts) {
    const { world, machine, management, certificate, onFailure } = parts;
    this.parts = parts;
    this.engine = new AmtEngine(world, machine, management, { password: parts.password, seed: parts.seed });
    this.serial = new SerialPort({ world, machine, password: parts.hostPassword, onFailure });
    this.web = new AmtWebServer({
      engine: this.engine,
      certificate,
      redirect: (request, stream, head) => {
        this.sockets.handleUpgrade(request, stream, head, (socket) =>
          this.redirect(createWebSocketStream(socket), true),
        );
      },
      onFailure,
    });
    this.tls = certificate
      ? createTlsServer({ ...certificate, minVersion: "TLSv1.2" }, (stream) => this.redirect(stream, false))
      : null;
    this.tls?.on("tlsClientError", (_error, stream) => stream.destroy());
    this.stopFollowing = world.onChange((change) => {
      if (change.machine === machine.id && change.what === "fault") this.followFaults();
    });
    this.followFaults();
  }

  /** How its ports answer; that of the redirection only while its listener is on. */
  state(port: "web" | "redirection"): DoorState {
    if (!this.engine.isAwake()) return "silent";
    return port === "web" || this.parts.management.listenerEnabled ? "open" : "refused";
  }

  /** Takes a connection to one of its ports. */
  connect(port: "web" | "redirection", stream: Duplex): void {
    stream.on("error", () => stream.destroy());
    this.streams.add(stream);
    stream.once("close", () => this.streams.delete(stream));
    if (this.isGarbling) answerGarbage(stream);
    else if (port === "web") this.web.connect(stream);
    else if (this.tls) this.tls.emit("connection", stream);
    else this.redirect(stream, false);
  }

  close(): void {
    this.stopFollowing();
    this.web.close();
    this.serial.close();
    this.sockets.close();
  }

  private redirect(stream: Duplex, isLetIn: boolean): void {
    const { engine, serial } = this;
    const { world, machine } = this.parts;
    serveRedirection(stream, {
      engine,
      serial,
      isLetIn,
      serveScreen: (screen) => {
        serveRfb(screen, {
          world,
          machine,
          dialect: "amt",
          password: null,
          name: "Intel(r) AMT KVM",
          onFailure: this.parts.onFailure,
        });
      },
    }).catch(this.parts.onFailure);
  }

  /** Shows another certificate, or answers garbage, from now on: what is connected already is broken. */
  private followFaults(): void {
    const { world, machine, certificate, otherCertificate } = this.parts;
    const isGarbling = world.fault("amt-garbage", machine.id) !== null;
    const shown = world.fault("amt-certificate-changed", machine.id) ? "other" : "own";
    if (isGarbling === this.isGarbling && shown === this.shown) return;
    if (certificate && shown !== this.shown) {
      const next = shown === "own" ? certificate : otherCertificate();
      this.web.show(next);
      this.tls?.setSecureContext({ ...next, minVersion: "TLSv1.2" });
    }
    this.isGarbling = isGarbling;
    this.shown = shown;
    for (const stream of [...this.streams]) stream.destroy();
  }
}
