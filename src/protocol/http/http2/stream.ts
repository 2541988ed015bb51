// SPDX-License-Identifier: Apache-2.0
import { constants, type ServerHttp2Stream } from "node:http2";
import {
  type AnyComponent,
  Component,
  Happening,
  type Main,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
} from "../../../axon/index.ts";
import { HTTPServerComponent } from "../connection.ts";
import type { Handler } from "../handlers.ts";
import { HTTPServer } from "../HTTPServer.ts";
import type { RequestHeader } from "../messages.ts";
import type { Settled } from "../serverOptions.ts";
import type { Responding } from "../sides.ts";
import { SpokenHead } from "./spokenHead.ts";
import { StreamResponse } from "./streamResponse.ts";
import { StreamSource } from "./streamSource.ts";

/** Serves the one request of a stream, as a connection's first and last. @internal */
export class StreamServer extends HTTPServerComponent {
  readonly #stream: ServerHttp2Stream;
  #response: StreamResponse | undefined;

  constructor(stream: ServerHttp2Stream, handler: Handler, settings: Settled, header: RequestHeader) {
    super(HTTPServer, handler, settings, new StreamSource(header, settings.limits.maxBody ?? Infinity));
    this.#stream = stream;
  }

  override respond(header: RequestHeader): Responding {
    return (this.#response = new StreamResponse(this.#stream, this.out, header, this.settings.server.replace(/^Server: |\r\n$/g, "")));
  }

  override upgrade(component: AnyComponent): void {
    const response = this.#response;
    const isSaid = response === undefined || response.started;
    super.upgrade(isSaid ? component : SpokenHead(component, response, () => this.system.clock.wallTime()));
  }
}

/** One stream of a connection: bytes of the body to the client in, bytes of the body from the client out, as a socket's adapter does it. @internal */
export class HTTP2Stream extends Component<{ inbox: Uint8Array }, { outbox: Uint8Array; signal: Shutdown }> {
  static readonly Inboxes = { inbox: "the body to the client" };
  static readonly Outboxes = { outbox: "the body from the client", signal: "told when it has ended, or the client has left" };
  readonly #stream: ServerHttp2Stream;
  readonly #hasBody: boolean;
  readonly #stir: () => void;
  #happening: Happening | undefined;
  #closed = false;
  #signalled = false;

  /** @param stir called when the stream is asked for something */
  constructor(stream: ServerHttp2Stream, hasBody: boolean, stir: () => void) {
    super();
    this.#stream = stream;
    this.#hasBody = hasBody;
    this.#stir = stir;
    stream.on("close", () => this.#onClose());
    stream.on("drain", () => this.#happening?.happen());
  }

  *main(): Main {
    const { inbox } = this.inboxes;
    const stream = this.#stream;
    this.#listen();
    try {
      while (!this.#closed && (yield inbox)) {
        while (inbox.length > 0 && !this.#closed) {
          this.#stir();
          if (!stream.write(inbox.recv()) && !this.#closed) yield this.#news();
          if (this.toldToStop) return;
        }
      }
      if (this.toldToStop || this.#closed) return;
      this.#stir();
      stream.end();
      if (!stream.readableEnded) stream.resume();
      // Nobody wants the rest. Of a stream on which the client has ended, too, node:http2 then never finishes to write the end.
      if (this.#hasBody && stream.state.remoteClose !== 1) stream.close(constants.NGHTTP2_NO_ERROR);
      while (!this.#closed && !this.toldToStop) yield this.#news();
    } finally {
      this.#stir();
      if (!this.#closed) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      this.#signal(this.shutdown ?? producerFinished("the stream is closed"));
    }
  }

  /** The client says nothing more. If it has not said all that belongs to this, it is over. */
  giveUp(): void {
    if (!this.#closed && this.#stream.state.remoteClose !== 1) this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** What the client sends goes on, while there is room. */
  #listen(): void {
    const { outbox } = this.outboxes;
    const stream = this.#stream;
    if (!this.#hasBody) {
      stream.resume();
      return;
    }
    stream.on("data", (bytes: Uint8Array) => {
      outbox.send(bytes);
      if (!outbox.full) return;
      stream.pause();
      outbox.whenRoom(() => {
        this.#stir();
        stream.resume();
      });
    });
    stream.on("end", () => {
      if (!stream.aborted) this.#signal(producerFinished("the client has no more to say"));
    });
  }

  #onClose(): void {
    this.#closed = true;
    this.#happening?.happen();
    const { aborted, rstCode } = this.#stream;
    if (aborted || rstCode !== constants.NGHTTP2_NO_ERROR) {
      this.#signal(shutdownMicroprocess(new Error("the client has left")));
      if (!this.isStopped && this.id > 0) this.stop(shutdownMicroprocess("the client has left"));
    }
  }

  #signal(message: Shutdown): void {
    if (this.#signalled && message.type !== "shutdownMicroprocess") return;
    this.#signalled = true;
    this.send(message, "signal");
  }

  /** There is room, or the stream is closed. It is what the client does that brings it about, which comes by a box. */
  #news(): Happening {
    return (this.#happening = new Happening("a client of HTTP/2"));
  }
}
