// SPDX-License-Identifier: Apache-2.0
import {
  anyOf,
  type AnyComponent,
  type Component,
  type ClientSecurity,
  type Inbox,
  isShutdown,
  type Linkage,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  type Wait,
} from "../../axon/index.ts";
import { type ConnectionInboxes, type ConnectionOutboxes, TCPClient, type TCPClientOptions } from "../../internet/index.ts";
import { bytesOf, type ParsedHTTPRedirect, type Prepared, redirected } from "./clientRequest.ts";
import type { ParsedHTTP, ResponseHeader } from "./messages.ts";
import { type MessageParser, type ParserLimits, responseParser } from "./messageParser.ts";

/** How to ask. */
export interface HTTPClientOptions extends ParserLimits {
  /** Milliseconds that the server may take to say anything. Default 60,000. */
  readonly timeout?: number;
  /** How many redirects to follow. Default 10. */
  readonly maxRedirects?: number;
  /** What the field User-agent says. Default "Kamaelia HTTP Client 0.3 (RJL)", as the original's. */
  readonly agent?: string;
  /** How to prove who is who with https. Default: the server must prove that it is who was asked for. */
  readonly tls?: ClientSecurity;
  /** What to connect with. Default `TCPClient`. */
  readonly connectionclass?: (options: TCPClientOptions) => Component<ConnectionInboxes, ConnectionOutboxes>;
}

/** A request that was not answered, and why. */
export interface HTTPFailure {
  readonly type: "HTTPFailure";
  readonly url: string;
  readonly error: Error;
}

/** The inboxes of a component that asks. @internal */
export interface AskingInboxes {
  readonly control: Inbox<Shutdown>;
  readonly _bytes: Inbox<Uint8Array>;
  readonly _over: Inbox<Shutdown>;
}

type Said = ParsedHTTP<ResponseHeader> | ParsedHTTPRedirect | HTTPFailure;

/** Asks servers, one request after the other, and keeps the connection while it is to the same one. @internal */
export class Asker {
  /** It was told to stop at once. */
  stopped = false;
  /** It was told that no more will be asked. */
  finished = false;
  readonly #self: AnyComponent;
  readonly #boxes: AskingInboxes;
  readonly #options: HTTPClientOptions;
  #origin = "";
  #client: AnyComponent | undefined;
  #parser: MessageParser<ResponseHeader>;
  #linkages: readonly Linkage[] = [];
  #over: Shutdown | undefined;
  /** Nothing has been answered yet. */
  #silent = true;
  /** The connection can be used again. */
  #keeps = false;

  constructor(self: AnyComponent, boxes: AskingInboxes, options: HTTPClientOptions) {
    this.#self = self;
    this.#boxes = boxes;
    this.#options = options;
    this.#parser = responseParser(options);
  }

  /** Asks, follows redirects, and tells what is answered. */
  *ask(asked: Prepared, tell: (said: Said) => void): Generator<Wait, void, boolean> {
    const { maxRedirects = 10 } = this.#options;
    let next: Prepared | undefined = asked;
    try {
      for (let hops = 0; next !== undefined; hops++) {
        if (hops > maxRedirects) throw new Error(`it redirects more than ${maxRedirects} times`);
        next = yield* this.#hop(next, tell);
      }
    } catch (error) {
      this.close();
      const reason = error instanceof Error ? error.message : String(error);
      tell({ type: "HTTPFailure", url: asked.url.href, error: new Error(`Cannot get ${asked.url.href}: ${reason}`, { cause: error }) });
    }
  }

  /** Lets go of the connection. */
  close(): void {
    for (const linkage of this.#linkages) linkage.unlink();
    this.#linkages = [];
    this.#client?.stop(shutdownMicroprocess("the client is done"));
    this.#client = undefined;
    const { _bytes, _over } = this.#boxes;
    for (const _ of _bytes);
    for (const _ of _over);
  }

  /** Looks whether it was told to stop. */
  hear(): void {
    const { control } = this.#boxes;
    while (control.length > 0 && !this.stopped) {
      const message = control.peekNext();
      if (isShutdown(message) && message.type === "shutdownMicroprocess") this.stopped = true; // it stays there: the kernel passes it on
      else {
        control.recv();
        this.finished = true;
      }
    }
  }

  /** One request. Gives the one that it is redirected to. */
  *#hop(asked: Prepared, tell: (said: Said) => void): Generator<Wait, Prepared | undefined, boolean> {
    const isReused = this.#connect(asked.url);
    this.#parser.method = asked.method;
    this.#silent = true;
    this.#client?.inboxes["inbox"]!.deliver(bytesOf(asked, this.#options.agent ?? "Kamaelia HTTP Client 0.3 (RJL)"));
    for (;;) {
      const part = this.#parser.pull();
      if (part === undefined) {
        if (isReused && this.#silent && this.#over !== undefined && /^(?:GET|HEAD|OPTIONS|PUT|DELETE)$/.test(asked.method))
          return this.#again(asked);
        yield* this.#more();
        if (this.stopped) return undefined;
        continue;
      }
      if (part.type === "ParsedHTTPHeader") {
        const { header } = part;
        if (header.bad !== false) throw new Error(`the server does not speak HTTP: ${header.bad.reason}`);
        if (header.responsecode < 200 && header.responsecode !== 101) continue;
        const next = redirected(asked, header.responsecode, header.headers["location"]);
        if (next !== undefined) {
          tell({ type: "ParsedHTTPRedirect", redirect: next.url.href, responsecode: header.responsecode });
          this.close(); // its page is not wanted
          return next;
        }
        this.#keeps = header.keepAlive;
      }
      if (part.type === "ParsedHTTPEnd" && part.bad !== undefined) throw new Error(part.bad.reason);
      tell(part);
      if (part.type !== "ParsedHTTPEnd") continue;
      if (!this.#keeps) this.close();
      return undefined;
    }
  }

  /** The server has closed a connection that it had kept, before it heard the request. */
  #again(asked: Prepared): Prepared {
    this.close();
    return asked;
  }

  /** Waits for more bytes. */
  *#more(): Generator<Wait, void, boolean> {
    const { control, _bytes, _over } = this.#boxes;
    const { timeout = 60_000 } = this.#options;
    if (this.#over !== undefined) {
      const { message } = this.#over;
      throw new Error(message instanceof Error ? message.message : "the server closed the connection before it had answered");
    }
    const { clock } = this.#self.system;
    const began = clock.now();
    yield timeout === Infinity ? anyOf(control, _bytes, _over) : anyOf(control, _bytes, _over, sleep(timeout));
    this.hear();
    if (this.stopped) return;
    const before = _bytes.length + _over.length;
    for (const bytes of _bytes) {
      this.#silent = false;
      this.#parser.push(bytes);
    }
    for (const over of _over) this.#over = over;
    if (this.#over !== undefined) this.#parser.finish();
    if (before === 0 && clock.now() - began >= timeout) throw new Error(`the server said nothing for ${timeout} ms`);
  }

  /** Answers whether the connection was there already. */
  #connect(url: URL): boolean {
    const { _bytes, _over } = this.#boxes;
    for (const over of _over) this.#over = over;
    if (this.#client !== undefined && this.#origin === url.origin && this.#over === undefined && _bytes.length === 0) return true;
    this.close();
    const { connectionclass = TCPClient, tls, timeout } = this.#options;
    const secure = url.protocol === "https:";
    const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const client = connectionclass({
      host,
      port,
      ...(secure ? { tls: tls ?? true } : {}),
      ...(timeout === undefined ? {} : { connectTimeout: timeout }),
    });
    this.#linkages = [this.#self.link(client.outboxes.outbox, _bytes), this.#self.link(client.outboxes.signal, _over)];
    this.#self.addChildren(client);
    this.#self.watch(client, () => {}); // that it is over comes by its signal
    this.#client = client;
    this.#origin = url.origin;
    this.#over = undefined;
    this.#parser = responseParser(this.#options);
    client.activate();
    return false;
  }
}
